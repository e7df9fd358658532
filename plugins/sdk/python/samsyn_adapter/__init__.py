"""SDK for adapters in Python. Derive from `Adapter`; everything needed is under this one name.

    from samsyn_adapter import Adapter, Answer, Ask, Service, answer, post

Not here: what runs an adapter on the desk (`samsyn_adapter.rehearsal`) and what builds it (`samsyn_adapter.building`).
Invariant: importing this imports nothing but Python's own library, and reads no file.
"""

from samsyn_adapter.adapter import Adapter as Adapter
from samsyn_adapter.answer import Answer as Answer
from samsyn_adapter.answer import answer as answer
from samsyn_adapter.answer import complete as complete
from samsyn_adapter.answer import nothing_held as nothing_held
from samsyn_adapter.answer import partial as partial
from samsyn_adapter.answer import stated_none as stated_none
from samsyn_adapter.answer import unavailable as unavailable
from samsyn_adapter.answer import unsupported as unsupported
from samsyn_adapter.ask import Ask as Ask
from samsyn_adapter.ask import compact as compact
from samsyn_adapter.contract import *  # noqa: F403
from samsyn_adapter.fields import Fields as Fields
from samsyn_adapter.fields import Notes as Notes
from samsyn_adapter.markup import Element as Element
from samsyn_adapter.problem import Problem as Problem
from samsyn_adapter.problem import in_language as in_language
from samsyn_adapter.record import ContractError as ContractError
from samsyn_adapter.reply import Reply as Reply
from samsyn_adapter.request import encode as encode
from samsyn_adapter.request import follow as follow
from samsyn_adapter.request import form as form
from samsyn_adapter.request import get as get
from samsyn_adapter.request import post as post
from samsyn_adapter.request import request as request
from samsyn_adapter.source import Pages as Pages
from samsyn_adapter.source import Source as Source
from samsyn_adapter.table import Table as Table
from samsyn_adapter.when import clock as clock
from samsyn_adapter.when import when as when

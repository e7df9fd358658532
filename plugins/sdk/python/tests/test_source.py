"""Requests, errors, paging and settings."""

import hashlib
import hmac
import unittest
from typing import Any

from samsyn_adapter import (
    Ask,
    Error,
    ErrorKind,
    FailureKind,
    Method,
    Pages,
    Problem,
    Reply,
    Request,
    Response,
    TargetLink,
    encode,
    follow,
    form,
    get,
    post,
)
from samsyn_adapter.rehearsal import Rehearsal, error, query, reply


def ask(*answers: Response | Error, **more: Any) -> Ask:
    left = list(answers)
    return Ask(Rehearsal(lambda _: left.pop(0), **more), query("services"))


class RequestTest(unittest.TestCase):
    def test_values_in_a_form_cannot_break_out_of_it(self) -> None:
        self.assertEqual(form({"identifier": "urn:oid:1.2|å&b=c"}), "identifier=urn%3Aoid%3A1.2%7C%C3%A5%26b%3Dc")
        self.assertEqual(encode("a/b"), "a%2Fb")

    def test_a_body_brings_its_type_and_the_secret_is_only_named(self) -> None:
        made = post("api", "/x", json={"å": 1}, credential="key")
        self.assertEqual((made.body, made.credential), ('{"å":1}'.encode(), "key"))
        self.assertEqual([(one.name, one.value) for one in made.headers], [("content-type", "application/json")])
        sent = post("api", "/x", fields={"a": "b"}, headers={"content-type": "x/y"})
        self.assertEqual((sent.body, sent.headers[0].value), (b"a=b", "x/y"))
        self.assertEqual(
            (follow("api", "https://x/2").target, get("api", "/").method), (TargetLink("https://x/2"), Method.GET)
        )


class SourceTest(unittest.TestCase):
    def test_every_error_of_the_host_has_a_kind_and_words(self) -> None:
        expected = {"timeout": FailureKind.UPSTREAM_UNAVAILABLE, "denied": FailureKind.NOT_CONFIGURED,
                    "too-large": FailureKind.UPSTREAM_MALFORMED, "other": FailureKind.OTHER}  # fmt: skip
        for kind in ErrorKind:
            word = kind.name.lower().replace("_", "-")
            with self.assertRaises(Problem) as caught:
                ask(error(word)).send(get("api", "/"))
            self.assertTrue(caught.exception.text)
            self.assertEqual(caught.exception.kind, expected.get(word, caught.exception.kind))

    def test_a_broken_connection_is_unavailable_and_an_unasked_encoding_is_malformed(self) -> None:
        for code, kind in (
            ("cut-off", FailureKind.UPSTREAM_UNAVAILABLE),
            ("content-encoding", FailureKind.UPSTREAM_MALFORMED),
        ):
            problem = Problem.of_error("sv", Error(kind=ErrorKind.PROTOCOL, code=code, message=""))
            self.assertEqual(problem.kind, kind)

    def test_a_status_that_is_no_success_is_never_handed_on_unless_allowed(self) -> None:
        kinds = {401: FailureKind.UPSTREAM_REJECTED, 404: FailureKind.UPSTREAM_REJECTED, 302: FailureKind.UPSTREAM_MALFORMED,
                 429: FailureKind.UPSTREAM_UNAVAILABLE, 503: FailureKind.UPSTREAM_UNAVAILABLE}  # fmt: skip
        for status, kind in kinds.items():
            with self.assertRaises(Problem) as caught:
                ask(reply(status)).send(get("api", "/"))
            self.assertEqual((caught.exception.kind, caught.exception.code), (kind, f"http-{status}"))
        self.assertEqual(ask(reply(404)).send(get("api", "/"), allow=(404,)).status, 404)

    def test_a_source_that_asks_to_be_left_alone_is_heard(self) -> None:
        for said, expected in (("7", 7000), ("soon", None), ("99999999999", None)):
            problem = Problem.of_status("sv", reply(429, headers={"Retry-After": said}))
            self.assertEqual(problem.failure.retry_after_ms, expected)

    def test_of_several_requests_what_failed_stands_in_its_place(self) -> None:
        first, second, third = ask(reply(json=1), error(), reply(500)).send_all([get("api", "/")] * 3)
        assert isinstance(first, Reply) and isinstance(second, Problem) and isinstance(third, Problem)
        self.assertEqual((first.json(), second.code, third.code), (1, "connect", "http-500"))

    def pages(self, *answers: Response | Error, most: int = 30) -> Pages[Any]:
        def following(page: Any) -> Request | None:
            return get("api", page["more"]) if page["more"] else None

        return ask(*answers).pages(get("api", "/1"), read=lambda one: one.json(), following=following, most=most)

    def test_pages_are_read_to_their_end(self) -> None:
        found = self.pages(reply(json={"more": "/2"}), reply(json={"more": None}))
        self.assertEqual((len(found.pages), found.missing), (2, []))

    def test_a_page_that_fails_or_cannot_be_read_is_said_and_the_others_are_kept(self) -> None:
        failed = self.pages(reply(json={"more": "/2"}), error("timeout"))
        self.assertEqual(failed.missing, ["sida 2 kunde inte läsas: källan svarade inte i tid"])
        unread = self.pages(reply(json={"more": "/2"}), reply(body="<html>"))
        self.assertEqual(unread.missing, ["sida 2 kunde inte läsas: källans svar gick inte att läsa"])
        self.assertEqual(len(unread.pages), 1)

    def test_without_the_first_page_there_is_nothing(self) -> None:
        with self.assertRaises(Problem):
            self.pages(error("timeout"))

    def test_pages_that_do_not_end_are_left_and_said(self) -> None:
        self.assertEqual(self.pages(reply(json={"more": "/1"})).missing, ["sidorna tar inte slut efter sida 1"])
        endless = [reply(json={"more": f"/{n}"}) for n in range(2, 9)]
        found = self.pages(*endless, most=3)
        self.assertEqual((len(found.pages), found.missing), (3, ["sidorna tar inte slut efter sida 3"]))

    def test_settings_are_text_numbers_and_flags(self) -> None:
        source = ask(settings={"a": " x ", "n": "12", "f": "true", "blank": " ", "bad": "many"})
        self.assertEqual((source.setting("a"), source.setting("blank"), source.setting("none")), ("x", None, None))
        self.assertEqual((source.number_setting("n", 1), source.number_setting("none", 1)), (12, 1))
        self.assertEqual((source.flag_setting("f"), source.flag_setting("a")), (True, False))
        with self.assertRaisesRegex(Problem, "the setting bad is no whole number"):
            source.number_setting("bad", 1)

    def test_a_digest_is_made_under_a_secret_that_is_not_seen(self) -> None:
        made = ask(secrets={"key": b"s"}).hmac("key", b"data")
        self.assertEqual(made, hmac.new(b"s", b"data", hashlib.sha256).digest())
        with self.assertRaisesRegex(Problem, "slot other holds no secret"):
            ask().hmac("other", b"data")


class AskTest(unittest.TestCase):
    def test_the_moment_and_the_patient_are_those_of_the_query(self) -> None:
        asked = ask()
        self.assertEqual(asked.now.isoformat(), "2026-11-20T09:30:00+01:00")
        self.assertEqual(asked.patient.value, "191212121212")
        self.assertTrue(asked.is_patient("19121212-1212"))
        self.assertFalse(asked.is_patient("19121212-1213"))
        # Born in 1912, more than a hundred years before the query: ten digits without a plus mean somebody younger.
        self.assertTrue(asked.is_patient("121212+1212"))
        self.assertFalse(asked.is_patient("121212-1212"))
        self.assertFalse(asked.is_patient("1212121212"))
        self.assertTrue(asked.asks("services"))
        self.assertFalse(asked.asks("plans"))


if __name__ == "__main__":
    unittest.main()

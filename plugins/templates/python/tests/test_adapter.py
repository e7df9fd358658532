"""The adapter on the desk, without a component. The same cases run on the portal's own host with `samsyn adapter test`."""

import unittest

from adapter import {{Name}}
from samsyn_adapter import Error, Request, Response
from samsyn_adapter.cases import check_cases
from samsyn_adapter.rehearsal import error, query, rehearse, reply

from tests import PROJECT


class {{Name}}Test(unittest.TestCase):
    def test_every_case_gives_what_was_accepted(self) -> None:
        check_cases(self, {{Name}}, PROJECT / "cases")

    def test_a_page_that_does_not_come_leaves_both_sections_partial(self) -> None:
        def answering(request: Request) -> Response | Error:
            if request.target.value == "/visits":
                return reply(json={"person": "191212121212", "services": [], "contacts": [], "more": "/visits?page=2"})
            return error("timeout")

        run = rehearse({{Name}}(), query("services", "contacts"), answering)
        text = "sida 2 kunde inte läsas: källan svarade inte i tid"
        self.assertEqual(run.status_of("services"), {"partial": text})
        self.assertEqual(run.status_of("contacts"), {"partial": text})

    def test_a_number_of_the_wrong_type_is_named_and_the_rest_is_kept(self) -> None:
        service = {"id": "h1", "text": 7, "active": True, "visits": []}
        page = {"person": "191212121212", "services": [service], "contacts": [], "more": None}
        run = rehearse({{Name}}(), query("services"), lambda _: reply(json=page))
        self.assertEqual(run.status_of("services"), {"partial": "fältet text gick inte att läsa (1 st)"})
        self.assertEqual(len(run.entries("services")), 1)


if __name__ == "__main__":
    unittest.main()

"""Reading replies: JSON, text, tables, XML, fields and times."""

import unittest
from collections.abc import Callable
from typing import Any

from samsyn_adapter import Fields, Notes, Problem, Reply, clock, when
from samsyn_adapter.rehearsal import reply


def read(body: bytes | str) -> Reply:
    return Reply(reply(body=body), "en")


class ReplyTest(unittest.TestCase):
    def refused(self, read: Callable[[], Any], code: str, message: str) -> None:
        with self.assertRaises(Problem) as caught:
            read()
        self.assertEqual((caught.exception.code, caught.exception.message), (code, message))
        self.assertEqual(caught.exception.text, "the reply could not be read")

    def test_what_is_not_json_is_told_by_place_and_never_by_content(self) -> None:
        self.refused(read('{"a": Tolvan}').json, "not-json", "not JSON at line 1, column 7")
        self.refused(read("<html>").json, "not-json", "not JSON at line 1, column 1")
        self.refused(read("").json, "not-json", "not JSON at line 1, column 1")
        self.refused(read('{"a": NaN}').json, "not-json", "JSON with a number out of range")
        self.refused(read("[" + "9" * 5000 + "]").json, "not-json", "JSON with a number out of range")
        self.refused(read(b'"\xe5"').json, "not-json", "not text in utf-8")
        self.refused(read("[]").object, "not-an-object", "JSON that is no object")

    def test_json_that_is_too_deep_is_refused_and_brackets_in_texts_are_not_depth(self) -> None:
        for deep in ("[" * 100_000, '{"a":' * 101 + "1" + "}" * 101, "[" * 101 + "]" * 101, "]" * 200):
            self.refused(read(deep).json, "not-json", "JSON that is too deep")
        self.assertEqual(read('["' + "[" * 500 + '"]').json(), ["[" * 500])
        self.assertEqual(read('["\\"' + "[{" * 500 + '", [[]]]').json(), ['"' + "[{" * 500, [[]]])
        self.assertIsInstance(read("[" * 100 + "]" * 100).json(), list)

    def test_half_characters_are_exchanged_since_the_host_would_refuse_them(self) -> None:
        self.assertEqual(read('{"\\ud800a": ["x\\uDC00", "\\ud83d\\ude00"]}').json(), {"\ufffda": ["x\ufffd", "😀"]})

    def test_text_is_read_by_the_first_encoding_that_fits(self) -> None:
        self.assertEqual(read("å".encode("cp1252")).text("utf-8", "windows-1252"), "å")
        self.assertEqual(read("å".encode()).text("utf-8", "windows-1252"), "å")
        self.assertEqual(read("\ufeffå".encode()).text("windows-1252"), "å")
        self.assertEqual(read("å".encode("utf-16")).text(), "å")
        self.refused(
            lambda: read(b"\x81").text("utf-8", "windows-1252"), "not-text", "not text in utf-8 or windows-1252"
        )
        with self.assertRaises(LookupError):
            read(b"x").text("cp1250")

    def test_a_header_is_found_in_any_case(self) -> None:
        found = Reply(reply(headers={"Content-Type": "text/csv"}), "sv")
        self.assertEqual(found.header("content-type"), "text/csv")
        self.assertIsNone(found.header("etag"))


class MarkupTest(unittest.TestCase):
    def test_names_are_found_whatever_the_prefix(self) -> None:
        root = read('<a:x xmlns:a="urn:a" xmlns:b="urn:b"><b:y b:k="1"> å <z/> ä </b:y><b:y>2</b:y></a:x>').xml()
        self.assertEqual((root.name, root.namespace), ("x", "urn:a"))
        self.assertEqual([child.text for child in root.all("y")], ["å  ä", "2"])
        child = root.child("y")
        assert child is not None
        self.assertEqual(child.attributes, {"k": "1"})
        self.assertEqual(root.text_of("y"), "å  ä")
        self.assertIsNone(root.text_of("y", "z"))
        self.assertIsNone(root.text_of("no", "z"))

    def test_the_declared_encoding_is_followed(self) -> None:
        declared = '<?xml version="1.0" encoding="{}"?><a>å</a>'
        for encoding in ("windows-1252", "ISO-8859-1", "utf-8"):
            self.assertEqual(read(declared.format(encoding).encode(encoding)).xml().text, "å")

    def test_what_is_dangerous_or_broken_is_refused(self) -> None:
        bomb = '<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
        refused = {
            bomb: "XML with a document type (DTD), which is refused",
            '<!DOCTYPE a SYSTEM "http://x/"><a/>': "XML with a document type (DTD), which is refused",
            "<a><b></a>": "not XML at line 1, column 9",
            "": "not XML at line 1, column 1",
            "<a>&other;</a>": "not XML at line 1, column 4",
            "<a>" * 101: "XML with too many elements, or too deep",
            '<?xml version="1.0" encoding="utf-7"?><a/>': "XML in an encoding that is not read here",
        }
        for body, said in refused.items():
            with self.assertRaises(Problem) as caught:
                read(body).xml()
            self.assertEqual((caught.exception.code, caught.exception.message), ("not-xml", said))
        with self.assertRaisesRegex(Problem, "not in the encoding it declares"):
            read(b"<a>\xe5</a>").xml()


class TableTest(unittest.TestCase):
    def rows(self, text: str, **more: Any) -> tuple[list[tuple[Any, ...]], list[str]]:
        notes = Notes("sv")
        table = read(text).table(required=("id",), **more)
        made = table.each(notes, lambda f: (f.required("id"), f.text("a"), f.flag("b"), f.count("c"), f.texts("d")))
        return made, notes.texts()

    def test_delimiter_byte_order_mark_and_line_ends_make_no_difference(self) -> None:
        plain = "id;a;b;c;d\n1;x;ja;7;p|q\n"
        expected = ([("1", "x", True, 7, ["p", "q"])], [])
        for variant in (plain, "\ufeff" + plain, plain.replace("\n", "\r\n"), plain.rstrip(), plain.replace(";", ",")):
            self.assertEqual(self.rows(variant), expected)

    def test_a_quoted_cell_may_hold_the_delimiter_and_line_ends(self) -> None:
        made, notes = self.rows('id;a\n1;"x;""y""\nz"\n')
        self.assertEqual((made[0][1], notes), ('x;"y"\nz', []))

    def test_only_line_ends_end_a_row(self) -> None:
        made, notes = self.rows("id;a\n1;x\u0085y\x0bz\u2028\n")
        self.assertEqual((made[0][1], notes), ("x\u0085y\x0bz", []))

    def test_a_row_of_another_width_and_a_column_nobody_reads_are_noted(self) -> None:
        made, notes = self.rows("id;a;statred\n1;x;2026\n2;x\n")
        self.assertEqual(len(made), 1)
        self.assertEqual(notes, ["okänt fält statred (1 st)", "fältet row gick inte att läsa (1 st)"])

    def test_a_row_without_what_is_required_is_left_out_and_said(self) -> None:
        self.assertEqual(self.rows("id;a\n;x\n2;y\n")[1], ["fältet id saknas, uppgiften visas inte (1 st)"])

    def test_what_is_no_table_is_no_answer(self) -> None:
        for text in ("", "<!DOCTYPE html>\n<html></html>", "a;b\n1;2\n", 'id;a\n1;"x\n', "id;id\n"):
            with self.assertRaises(Problem) as caught:
                self.rows(text)
            self.assertEqual(caught.exception.code, "not-a-table")

    def test_rows_about_others_are_passed_by_without_a_look(self) -> None:
        notes = Notes("sv")
        table = read("id;who;n\n1;a;x\n2;b;7\n").table()
        who = table.column("who")
        made = table.each(notes, lambda f: (f.text("id"), f.text("who"), f.count("n")), lambda row: row[who] == "b")
        self.assertEqual((made, notes.texts()), ([("2", "b", 7)], []))


class FieldsTest(unittest.TestCase):
    def of(self, value: Any, read: Callable[[Fields], Any]) -> tuple[Any, list[str]]:
        notes = Notes("en")
        made = notes.one(value, "record", read)
        return made, notes.texts()

    def test_a_wrong_field_is_named_and_its_content_is_not_repeated(self) -> None:
        value = {"ended": "Tolvan Tolvansson", "order": "first", "inner": {"at": 7}, "flag": "ja"}
        made, notes = self.of(
            value,
            lambda f: (
                f.time("ended"),
                f.count("order"),
                f.inner("inner", lambda inner: inner.time("at")),
                f.flag("flag"),
            ),
        )
        self.assertEqual(made, ("Tolvan Tolvansson", None, None, None))
        self.assertEqual(
            notes, [f"field {name} could not be read (1)" for name in ("ended", "flag", "inner.at", "order")]
        )

    def test_an_absent_field_is_no_fault_unless_it_is_required(self) -> None:
        made, notes = self.of(
            {"blank": " ", "none": None}, lambda f: (f.text("blank"), f.flag("none"), f.time("absent"))
        )
        self.assertEqual((made, notes), ((None, None, None), []))
        self.assertEqual(self.of({}, lambda f: f.required("t")), (None, ["field t is missing, not shown (1)"]))

    def test_a_misspelt_field_is_noted_and_the_sources_own_are_not(self) -> None:
        _, notes = self.of({"vaildTo": "2026", "x-own": 1, "195009072553": 1}, lambda f: f.time("validTo"))
        self.assertEqual(notes, ["unknown field ? (1)", "unknown field vaildTo (1)"])

    def test_lists_of_records_keep_what_can_be_shown(self) -> None:
        made, notes = self.of({"l": [{"a": "1"}, {}, 7]}, lambda f: f.each("l", lambda inner: inner.required("a")))
        self.assertEqual(made, ["1"])
        self.assertEqual(notes, ["field l.a is missing, not shown (1)", "field l could not be read (1)"])
        self.assertEqual(self.of({"l": "no"}, lambda f: f.each("l", id)), ([], ["field l could not be read (1)"]))

    def test_what_should_be_a_list_and_is_not_leaves_a_note(self) -> None:
        for value in ("text", {"a": 1}, 7):
            notes = Notes("en")
            self.assertEqual(notes.each(value, "rows", id), [])
            self.assertTrue(notes)

    def test_a_word_outside_a_table_is_unreadable(self) -> None:
        self.assertEqual(self.of({"k": "a"}, lambda f: f.one_of("k", {"a": 1})), (1, []))
        self.assertEqual(self.of({"k": "b"}, lambda f: f.one_of("k", {"a": 1}))[1], ["field k could not be read (1)"])


class WhenTest(unittest.TestCase):
    def test_every_precision_of_the_contract_is_kept(self) -> None:
        for text in ("1987", "1987-04", "1987-04-02", "1987-04-02T14:05", "1987-04-02T14:05:30", "2024-02-29",
                     "1987-04-02T14:05:30+02:00", "1987-04-02T14:05:30Z", "2026-11-19T08:00:00.250"):  # fmt: skip
            self.assertEqual(when(text), text)
        self.assertEqual(when(" 2026-11-19 08:00"), "2026-11-19T08:00")

    def test_what_is_no_time_is_none(self) -> None:
        for text in ("", "x", "19870402", "1987-13", "1987-02-30", "2023-02-29", "1987-04-02T24:00", "1987-04-02T14:5",
                     "1987-04-02T14:05+02:00", "19870", "1987-04-02T", "１９８７"):  # fmt: skip
            self.assertIsNone(when(text), text)

    def test_a_clock_goes_to_midnight(self) -> None:
        self.assertEqual([clock(text) for text in ("08:00", "24:00", "8:00", "24:01")], ["08:00", "24:00", None, None])


if __name__ == "__main__":
    unittest.main()

"""The report of a rebuild: the agreed keys, whole at every moment."""

import json

import msgspec

from api.reports import Report, write_report

REPORT = Report(
    links=3,
    listings=2,
    articles=1,
    listing_only=1,
    skipped={"dead_link": 1},
    duplicates=0,
    passages=4,
    fetched=1,
    not_modified=0,
    generation="000001-0123456789ab",
    seconds={"crawl": 0.5},
)


def test_the_report_lies_where_it_was_agreed_with_the_agreed_keys(tmp_path):
    assert write_report(REPORT, tmp_path) == tmp_path / "reports" / "latest.json"
    read = json.loads((tmp_path / "reports" / "latest.json").read_text("utf-8"))
    assert list(read) == [
        "links",
        "listings",
        "articles",
        "listing_only",
        "skipped",
        "duplicates",
        "passages",
        "fetched",
        "not_modified",
        "generation",
        "seconds",
        "adaptation",
    ]
    assert read == msgspec.to_builtins(REPORT)


def test_a_new_report_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path):
    write_report(REPORT, tmp_path)
    reader = (tmp_path / "reports" / "latest.json").open("rb")
    write_report(msgspec.structs.replace(REPORT, links=4), tmp_path)
    with reader:
        assert json.load(reader)["links"] == 3
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["latest.json"]

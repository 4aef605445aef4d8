"""Every canonical table from a tidy file, in English and in Finnish; the CRMs' activities."""

from __future__ import annotations

import pandas as pd
import pytest

from kpi_core.intake import IntakeError, read
from kpi_core.tables import TableName
from tests.intake.conftest import Export

TIDY: list[tuple[TableName, str, dict[str, object]]] = [
    (
        "contacts",
        "contact id,person,company,seller,call date,channel,reached\n1,Pekka,Oy,Aino,2017-03-01,phone,yes\n",
        {"contact_id": "1", "person": "Pekka", "company": "Oy", "seller": "Aino", "channel": "phone", "reached": True},
    ),
    (
        "contacts",
        "henkilö;yritys;myyjä;soittopäivä;kanava;tulos\nPekka;Oy;Aino;1.3.2017;puhelu;ei vastannut\n",
        {"person": "Pekka", "contacted_on": pd.Timestamp("2017-03-01"), "channel": "phone", "reached": False},
    ),
    (
        "meetings",
        "meeting id,company,seller,booked on,meeting date,outcome\n1,Oy,Aino,2017-03-01,2017-03-09,No show\n",
        {"meeting_id": "1", "outcome": "no_show", "booked_on": pd.Timestamp("2017-03-01")},
    ),
    (
        "meetings",
        "toimeksiantaja;yritys;sovittu;tapaamispäivä;tila;uusi aika\nPäämies;Oy;1.3.2017;9.3.2017;siirretty;20.3.2017",
        {"client": "Päämies", "outcome": "moved", "moved_to_on": pd.Timestamp("2017-03-20"), "meeting_id": "t.csv:2"},
    ),
    (
        "targets",
        "seller,month,target,meeting target\nAino,2017-06,50000,12\n",
        {"month_on": pd.Timestamp("2017-06-01"), "target_value": 50000.0, "target_meetings": 12.0},
    ),
    (
        "targets",
        "myyjä;kuukausi;tavoite (€)\nAino;6/2017;50 000\n",
        {"month_on": pd.Timestamp("2017-06-01"), "target_value": 50000.0, "currency": "EUR"},
    ),
    (
        "costs",
        "month,category,cost\n2017-06-15,salaries,-1000.5\n",
        {"month_on": pd.Timestamp("2017-06-01"), "category": "salaries", "amount": -1000.5},
    ),
    ("costs", "kuukausi;kululaji;summa\n06/2017;palkat;1 000,50 €\n", {"amount": 1000.5, "currency": "EUR"}),
    (
        "customers",
        "customer id,customer,first order,churned on,arr,gross margin\n1,Oy,2017-01-01,,12000,74 %\n",
        {"customer_id": "1", "monthly_revenue": 1000.0, "gross_margin": 0.74},
    ),
    (
        "customers",
        "asiakasnumero;asiakas;ensitilaus;päättynyt;kuukausilaskutus;kate\n1;Oy;1.1.2017;31.12.2017;500;0,5\n",
        {"first_order_on": pd.Timestamp("2017-01-01"), "ended_on": pd.Timestamp("2017-12-31"), "gross_margin": 0.5},
    ),
    ("absences", "seller,from,to\nAino,2017-07-03,2017-07-07\n", {"to_on": pd.Timestamp("2017-07-07")}),
    ("absences", "myyjä;alkaa;päättyy\nAino;3.7.2017;7.7.2017\n", {"from_on": pd.Timestamp("2017-07-03")}),
    ("insights", "date,company,theme,quote\n2017-03-01,Oy,price,too dear\n", {"theme": "price", "quote": "too dear"}),
    (
        "insights",
        "pvm;yritys;rooli;teema;sitaatti;kilpailija;ajankohta\n1.3.2017;Oy;TJ;hinta;liian kallis;X;syksy\n",
        {"role": "TJ", "theme": "hinta", "competitor": "X", "timing": "syksy"},
    ),
    ("sellers", "seller,team,hire date\nAino,North,2017-01-01\n", {"team": "North"}),
    ("sellers", "myyjä;tiimi;aloitti\nAino;Pohjoinen;1.1.2017\n", {"active_from_on": pd.Timestamp("2017-01-01")}),
]


@pytest.mark.parametrize(("table", "text", "wanted"), TIDY)
def test_a_tidy_file_is_known_by_its_headers(
    export: Export, table: TableName, text: str, wanted: dict[str, object]
) -> None:
    intake = read([export(text, "t.csv")])
    assert intake.sources[0].table == table
    row = intake.data.table(table).iloc[0]
    assert {column: row[column] for column in wanted} == wanted


def test_a_required_value_that_is_blank_excludes_its_row_by_the_files_own_header(export: Export) -> None:
    intake = read([export("myyjä;alkaa;päättyy\nAino;;7.7.2017\n;3.7.2017;7.7.2017\n")])
    assert [(row.row, row.code, row.found["column"]) for row in intake.account.excluded] == [
        (2, "blank", "alkaa"),
        (3, "blank", "myyjä"),
    ]


def test_an_unknown_outcome_is_excluded_and_a_blank_one_stays_blank(export: Export) -> None:
    intake = read([export("company,seller,meeting date,outcome\nOy,Aino,2017-03-09,\nAb,Aino,2017-03-09,meh\n")])
    assert intake.data.meetings["outcome"].isna().tolist() == [True]
    assert [(row.code, row.found["found"]) for row in intake.account.excluded] == [("word_unknown", "meh")]
    assert [word.word for word in intake.sources[0].unknown_words] == ["meh"]


def test_a_cancelled_deal_is_lost_and_a_cancelled_meeting_is_cancelled(export: Export) -> None:
    deals = export("tunnus;tila;sulkemispäivä\n1;peruttu;1.3.2017\n2;toteutunut;1.3.2017\n", "deals.csv")
    meetings = export("yritys;tapaamispäivä;tila\nOy;1.3.2017;peruttu\nOy;1.3.2017;toteutunut\n", "meetings.csv")
    data = read([deals, meetings]).data
    assert data.opportunities["status"].tolist() == ["lost", "won"]
    assert data.meetings["outcome"].tolist() == ["cancelled", "held"]


def test_one_file_of_activities_feeds_contacts_and_meetings(export: Export) -> None:
    file = export(
        """
        Activity ID,Activity Type,Activity Date,Activity Owner,Call Outcome,Meeting Outcome,Associated Contact Email
        1,Call,2023-07-14,a@x.fi,Connected,,p@oy.fi
        2,Call,2023-07-14,a@x.fi,Left Voicemail,,p@oy.fi
        3,Call,2023-07-14,a@x.fi,,,p@oy.fi
        4,Meeting,2023-07-15,a@x.fi,,Completed,p@oy.fi
        5,Meeting,1970-01-01,a@x.fi,,Completed,p@oy.fi
        6,Meeting,2023-07-16,a@x.fi,,,p@oy.fi
        7,Email,not a date,a@x.fi,,,p@oy.fi
        """
    )
    intake = read([file])
    assert intake.data.contacts["reached"].tolist()[:2] == [True, False]
    assert pd.isna(intake.data.contacts["reached"][2])
    assert intake.data.meetings["meeting_id"].tolist() == ["4", "6"]
    assert intake.account.used == 5
    assert intake.account.ignored == {"other_activity": 1}
    assert [(row.row, row.code) for row in intake.account.excluded] == [(6, "bad_date")]


def test_pipedrive_tells_what_was_done_but_not_who_was_reached(export: Export) -> None:
    file = export(
        """
        Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,Activity - Assigned to user,Organization
        Intro,Meeting,2017-03-01,Done,Aino,Oy
        Intro,Meeting,2017-04-01,To do,Aino,Oy
        Cold,Call,2017-03-01,Done,Aino,Oy
        Cold,Call,2017-04-01,To do,Aino,Oy
        Write,Task,2017-04-01,Done,Aino,Oy
        """
    )
    intake = read([file])
    assert intake.data.meetings["outcome"].tolist() == ["held", "booked"]
    assert intake.data.contacts["reached"].isna().tolist() == [True]
    assert intake.account.ignored == {"call_not_made": 1, "other_activity": 1}


def test_calendar_subjects_are_meetings_by_a_mapping_that_is_shown(export: Export) -> None:
    file = export(
        """
        Id,Subject,ActivityDate,DurationInMinutes,WhatId,OwnerId,CreatedDate,IsDeleted
        1,Customer Briefing,2017-03-01,30,006A,u1,2017-02-20,0
        2,Pipeline 1:1,2017-03-01,30,006A,u1,2017-02-20,0
        3,Quick call with Pekka,2017-03-01,30,006A,u1,2017-02-20,0
        4,Birthday,2017-03-01,30,006A,u1,2017-02-20,0
        5,Customer Briefing,2017-03-01,30,006A,u1,2017-02-20,1
        """
    )
    intake = read([file])
    assert intake.data.meetings["meeting_id"].tolist() == ["1"]
    assert intake.account.ignored == {
        "deleted": 1,
        "internal_meeting": 1,
        "not_a_meeting": 1,
        "subject_not_in_mapping": 1,
    }
    shown = {word.word: word.meaning for word in intake.sources[0].vocabulary}
    assert shown == {"Customer Briefing": "meeting", "Pipeline 1:1": "internal", "Quick call with Pekka": "call"}
    assert [word.word for word in intake.sources[0].unknown_words] == ["Birthday"]


def test_sellers_are_joined_by_id_and_namesakes_are_told_apart(export: Export) -> None:
    users = export(
        """
        Id,Name,Alias,Email,TimeZoneSidKey,LastName,UserRole.Name
        u1,Aino Aalto,aa,a@x.fi,z,Aalto,North
        u2,Aino Aalto,ab,b@x.fi,z,Aalto,South
        u3,Robot,ro,r@x.fi,z,Robot,IT
        """,
        "users.csv",
    )
    deals = export(
        "Id,StageName,CloseDate,OwnerId\n1,Won,2017-03-01,u1\n2,Won,2017-03-01,u2\n3,Won,2017-03-01,u9\n",
        "deals.csv",
    )
    intake = read([users, deals])
    found = intake.data.opportunities
    assert found["seller"].tolist() == ["Aino Aalto (u1)", "Aino Aalto (u2)", "u9"]
    assert found["team"].tolist()[:2] == ["North", "South"]
    assert intake.data.sellers["seller"].tolist() == ["Aino Aalto (u1)", "Aino Aalto (u2)"]  # the robot sells nothing
    assert [note.code for note in intake.sources[1].notes] == ["note.sellers_by_id"]


def test_a_product_is_known_in_spite_of_case_spaces_and_punctuation(export: Export) -> None:
    deals = export("id,status,value,product\n1,open,5,GTXPro\n2,open,5,gtx-pro\n3,open,5,GTX Max\n", "deals.csv")
    products = export("product,series,sales_price\nGTX Pro,GTX,4821\n", "products.csv")
    intake = read([deals, products])
    assert intake.data.opportunities["product"].tolist() == ["GTX Pro", "GTX Pro", "GTX Max"]
    assert sorted(note.code for note in intake.sources[0].notes) == [
        "note.product_spelling",
        "note.product_spelling",
        "note.product_unknown",
    ]


def test_an_unreadable_cell_excludes_its_row_but_in_a_minor_column_is_only_told(export: Export) -> None:
    file = export(
        """
        id,status,value,created,modified
        1,open,abc,2017-01-01,2017-01-01
        2,open,5,yesterday,2017-01-01
        3,open,5,2017-01-01,yesterday
        """
    )
    intake = read([file])
    assert {row.row: row.code for row in intake.account.excluded} == {2: "bad_number", 3: "bad_date"}
    assert [(note.code, note.found["row"]) for note in intake.sources[0].notes] == [("note.cells_left_blank", 4)]


def test_nothing_usable_is_an_error_that_names_the_files(export: Export) -> None:
    one = export("Table,Field,Description\na,b,c\n", "dictionary.csv")
    two = export("product,series,sales_price\nGTX Pro,GTX,4821\n", "products.csv")
    with pytest.raises(IntakeError, match=r"dictionary\.csv, products\.csv"):
        read([one, two])

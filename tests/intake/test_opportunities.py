"""Opportunities: the status decides, nothing is guessed, nothing is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from kpi_core.intake import Declared, Intake, IntakeError, read
from tests.intake.conftest import Export

TODAY = date(2017, 12, 31)


def reasons(intake: Intake) -> dict[int, str]:
    return {row.row: row.code for row in intake.account.excluded}


def status_of(export: Export, word: str) -> str | None:
    file = export(f'tunnus;myyjä;tila;sulkemispäivä;arvo\nA1;Aino;"{word}";1.3.2017;100\n')
    rows = read([file], today=TODAY).data.opportunities
    return None if rows.empty else str(rows["status"][0])


# definitions.md E5 and E2-E4, by hand
WON = """voitettu|suljettu voitettu|suljettu, voitettu|suljettu voitto|kauppa tehty|voitot|toteutunut|tilattu|sopimus
Closed Won|closedwon|Won|won|Closed & Won|VOITETTU"""
LOST = """hävitty|suljettu hävitty|suljettu, hävitty|suljettu häviö|suljettu menetetty|menetetty|kauppa menetetty
tappiot|ei kauppaa|rauennut|peruttu|Closed Lost|closedlost|Lost|Havitty"""
OPEN = """avoin|auki|kesken|pidossa|luonnos|neuvottelu|tarjous|tarjouspyyntö|ehdotus|tarjous lähetetty|tarveanalyysi
tarvekartoitus|arvolupaus|kvalifiointi|arviointi|prospektointi|Prospecting|Engaging|Qualification|Needs Analysis
Value Proposition|Id. Decision Makers|Perception Analysis|Proposal/Price Quote|Negotiation/Review|appointmentscheduled
Qualified to Buy|Presentation Scheduled|Decision Maker Bought-In|Contract Sent|Open"""
WORDS = [
    (word, status)
    for status, words in (("won", WON), ("lost", LOST), ("open", OPEN))
    for word in words.replace("\n", "|").split("|")
]


@pytest.mark.parametrize(("word", "status"), WORDS)
def test_a_word_of_the_vocabulary_means_what_the_definitions_say(export: Export, word: str, status: str) -> None:
    assert status_of(export, word) == status


@pytest.mark.parametrize(
    ("word", "code"),
    [("suljettu", "status_neither"), ("Closed", "status_neither"), ("hieno juttu", "status_unknown"), ("", "blank")],
)
def test_a_word_that_decides_nothing_excludes_its_row(export: Export, word: str, code: str) -> None:
    file = export(
        f"""
        tunnus;tila;sulkemispäivä
        A1;voitettu;1.3.2017
        A2;{word};1.3.2017
        """
    )
    intake = read([file], today=TODAY)
    assert reasons(intake) == {3: code}
    assert intake.account.read == 2
    if word:
        assert [(unknown.word, unknown.count) for unknown in intake.sources[0].unknown_words] == [(word, 1)]


def test_a_stage_that_is_not_known_does_not_matter_where_the_status_is(export: Export) -> None:
    file = export(
        """
        tunnus;tila;vaihe;sulkemispäivä
        A1;voitettu;vaihe 7b;1.3.2017
        """
    )
    intake = read([file], today=TODAY)
    assert intake.data.opportunities[["status", "stage"]].to_numpy().tolist() == [["won", "vaihe 7b"]]
    assert intake.sources[0].unknown_words == ()


def test_closed_flags_go_before_stage_names(export: Export) -> None:
    file = export(
        """
        Id,StageName,CloseDate,OwnerId,IsClosed,IsWon,Amount
        1,Closed Lost,2017-03-01,u1,1,1,5
        2,Our own happy end,2017-03-01,u1,1,1,5
        3,Closed Won,2017-03-01,u1,1,0,5
        4,Closed Won,2017-03-01,u1,0,0,5
        5,Closed Won,2017-03-01,u1,0,1,5
        """
    )
    intake = read([file], today=TODAY)
    assert intake.data.opportunities["status"].tolist() == ["won", "won", "lost", "open"]
    assert reasons(intake) == {6: "status_contradiction"}


def test_the_close_date_of_an_open_row_is_an_estimate(export: Export) -> None:
    file = export(
        """
        id,status,close date,expected close date
        1,open,2017-03-01,
        2,open,2017-03-01,2017-05-01
        3,won,2017-03-01,
        """
    )
    rows = read([file], today=TODAY).data.opportunities
    assert rows["closed_on"].isna().tolist() == [True, True, False]
    assert rows["expected_close_on"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2017-03-01", "2017-05-01"]


def test_decided_rows_without_a_past_closing_date_are_listed(export: Export) -> None:
    file = export(
        """
        id,status,close date
        1,won,
        2,lost,2018-01-01
        3,won,2017-12-31
        4,open,2018-01-01
        5,lost,1970-01-01
        """
    )
    intake = read([file], today=TODAY)
    assert reasons(intake) == {2: "closed_without_date", 3: "closed_in_future", 6: "bad_date"}
    assert intake.account.used == 2
    assert "1.1" not in intake.account.excluded[0].reason("fi")
    assert "2018-01-01" in intake.account.excluded[1].reason("en")
    assert "1.1.2018" in intake.account.excluded[1].reason("fi")


def test_of_a_duplicate_id_the_latest_modified_row_is_kept_and_named(export: Export) -> None:
    file = export(
        """
        id,status,close date,modified
        1,won,2017-03-01,2017-03-09
        1,lost,2017-03-02,2017-03-08
        1,open,2017-03-02,
        2,won,2017-03-01,
        2,lost,2017-03-01,
        """
    )
    intake = read([file], today=TODAY)
    assert intake.data.opportunities[["opportunity_id", "status"]].to_numpy().tolist() == [["1", "won"], ["2", "lost"]]
    assert {row.row: row.found["kept_row"] for row in intake.account.excluded} == {3: 2, 4: 2, 5: 6}


def test_duplicates_are_found_across_files(export: Export) -> None:
    one = export("id,status,close date,modified\n1,open,,2017-01-31\n", "january.csv")
    two = export("id,status,close date,modified\n1,won,2017-02-10,2017-02-28\n", "february.csv")
    intake = read([two, one], today=TODAY)
    assert intake.data.opportunities["status"].tolist() == ["won"]
    assert [(row.file, row.found["kept_file"]) for row in intake.account.excluded] == [("january.csv", "february.csv")]


def test_two_ids_alike_in_all_that_matters_are_only_remarked_on(export: Export) -> None:
    file = export(
        """
        id,company,status,close date,value
        1,Oy,won,2017-03-01,500
        2,Oy,won,2017-03-08,500
        3,Oy,won,2017-03-16,500
        4,Ab,won,2017-03-01,500
        """
    )
    intake = read([file], today=TODAY)
    assert intake.account.used == 4
    assert [(note.code, note.found["count"]) for note in intake.sources[0].notes] == [("note.lookalikes", 1)]


def test_a_loss_without_a_decision_is_told_apart(export: Export) -> None:
    file = export(
        """
        id,status,close date,lost reason
        1,lost,2017-03-01,No Decision / Stalled
        2,lost,2017-03-01,Price
        3,rauennut,2017-03-01,
        4,won,2017-03-01,
        """
    )
    rows = read([file], today=TODAY).data.opportunities
    assert rows["no_decision"].tolist()[:3] == [True, False, True]
    assert pd.isna(rows["no_decision"][3])


def test_an_offer_column_makes_the_rows_offers(export: Export) -> None:
    file = export("tunnus;tila;tarjouspäivä;sulkemispäivä\nT1;voitettu;1.2.2017;1.3.2017\nT2;avoin;;\n")
    rows = read([file], today=TODAY).data.opportunities
    assert rows["offer_from"].tolist() == ["column", "column"]
    assert rows["offer_on"].dt.day.tolist()[0] == 1


def test_the_offer_day_is_the_first_entry_to_the_offer_stage(export: Export) -> None:
    deals = export("Id,StageName,CloseDate,OwnerId\n1,Closed Won,2017-03-01,u\n2,Closed Lost,2017-03-01,u\n", "o.csv")
    history = export(
        """
        OpportunityId,StageName,ForecastCategory,CreatedDate
        1,Qualification,Pipeline,2017-01-01
        1,Proposal/Quote,Pipeline,2017-02-02
        1,Negotiation,Pipeline,2017-02-03
        1,Proposal/Quote,Pipeline,2017-02-04
        2,Qualification,Pipeline,2017-01-01
        """,
        "history.csv",
    )
    rows = read([deals, history], today=TODAY).data.opportunities
    assert rows["offer_from"].tolist() == ["stage", "stage"]
    assert rows["offer_on"].dt.strftime("%Y-%m-%d").tolist()[0] == "2017-02-02"
    assert pd.isna(rows["offer_on"][1])


def test_the_client_is_the_company_where_no_one_else_commissioned_the_work(export: Export) -> None:
    file = export("id,status,client,company,value\n1,open,Principal Oy,Prospect Ab,5\n2,open,,Prospect Ab,5\n")
    assert read([file]).data.opportunities["client"].tolist() == ["Principal Oy", "Prospect Ab"]


@pytest.mark.parametrize("error", ["#JAKO/0!", "#PUUTTUU!", "#PUUTTUU", "#ARVO!", "#N/A", "#REF!", "#LEVITTYMINEN!"])
def test_an_excel_error_text_is_an_error_and_not_text(export: Export, error: str) -> None:
    file = export(f"id;status;seller;value\n1;open;Aino;{error}\n2;open;{error};5\n3;open;#1 seller;5\n")
    intake = read([file])
    assert reasons(intake) == {2: "excel_error", 3: "excel_error"}
    assert intake.data.opportunities["seller"].tolist() == ["#1 seller"]


def test_the_currency_is_of_its_column_else_of_the_cell_else_of_the_header_else_declared(export: Export) -> None:
    column = export("id;status;value;currency\n1;open;5 €;sek\n2;open;5 €;\n", "a.csv")
    assert read([column]).data.opportunities["currency"].tolist() == ["SEK", "EUR"]
    header = export("id;status;value (EUR)\n1;open;5\n", "b.csv")
    assert read([header]).data.opportunities["currency"].tolist() == ["EUR"]
    bare = export("id;status;value\n1;open;5\n", "c.csv")
    assert read([bare]).data.opportunities["currency"].isna().all()
    assert read([bare], declared=Declared(currency="NOK")).data.opportunities["currency"].tolist() == ["NOK"]


def test_pipedrive_closes_by_won_and_lost_time_and_leaves_deleted_deals_out(export: Export) -> None:
    file = export(
        """
        Deal - ID,Deal - Title*,Deal - Value,Deal - Currency (of value),Deal - Owner,Deal - Stage,Deal - Status,Deal - Won time,Deal - Lost time,Deal - Deal created
        1,A,100,EUR,Aino,Proposal,Won,2017-03-01 10:00:00,,2017-01-01 10:00:00
        2,B,100,EUR,Aino,Proposal,Lost,,2017-03-02 10:00:00,2017-01-01 10:00:00
        3,C,100,EUR,Aino,Our stage,Open,,,2017-01-01 10:00:00
        4,D,100,EUR,Aino,Proposal,deleted,,,2017-01-01 10:00:00
        """  # noqa: E501
    )
    intake = read([file], today=TODAY)
    assert intake.sources[0].system == "Pipedrive"
    rows = intake.data.opportunities
    assert rows["status"].tolist() == ["won", "lost", "open"]
    assert rows["closed_on"].dt.strftime("%d.%m.").tolist()[:2] == ["01.03.", "02.03."]
    assert intake.account.ignored == {"deleted": 1}


def test_hubspot_amounts_of_mixed_currencies_give_way_to_those_in_the_companys_own(export: Export) -> None:
    file = export(
        """
        Record ID,Deal Name,Pipeline,Deal Stage,Amount,Amount in company currency,Currency in company currency,Close Date
        1,A,Sales,Closed Won,1000.5,91.5,EUR,2017-03-01 10:00
        """  # noqa: E501
    )
    intake = read([file], today=TODAY)
    assert intake.data.opportunities[["value", "currency"]].to_numpy().tolist() == [[91.5, "EUR"]]
    assert [note.found["other"] for note in intake.sources[0].notes] == ["Amount"]


def test_dynamics_takes_the_actual_revenue_else_the_estimate(export: Export) -> None:
    file = export(
        """
        (Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,Potential Customer,Status,Est. Close Date,Est. Revenue,Actual Close Date,Actual Revenue,Owner
        g1,x,2017-03-02,Deal,Oy,Won,2017-02-01,100,2017-03-01,90,Aino
        g2,x,2017-03-02,Deal,Oy,Open,2017-06-01,100,,,Aino
        """  # noqa: E501
    )
    intake = read([file], today=TODAY)
    assert intake.sources[0].system == "Dynamics"
    assert intake.data.opportunities["value"].tolist() == [90, 100]


def test_a_salesforce_report_ends_where_its_data_ends(export: Export) -> None:
    file = export(
        """
        "Opportunity Owner","Account Name","Opportunity Name","Stage","Amount Currency","Amount","Close Date","Created Date"
        "Aino","Oy","Deal","Closed Won","EUR","1000.50","13/3/2017","1/2/2017"
        "Aino","Ab","Deal 2","Negotiation/Review","EUR","2000.00","1/4/2017","14/2/2017"
        "Grand Totals (2 records)"
        ""
        "Confidential Information - Do Not Distribute"
        "Copyright (c) 2000-2017 salesforce.com, inc. All rights reserved."
        """  # noqa: E501
    )
    intake = read([file], today=TODAY)
    assert intake.account.used == 2
    assert intake.account.ignored == {"blank_row": 1, "footer": 3}
    assert intake.data.opportunities["value"].tolist() == [1000.5, 2000]


def test_two_columns_for_one_field_are_refused_where_they_differ(export: Export) -> None:
    with pytest.raises(IntakeError) as refused:
        read([export("id,status,value,company,asiakas\n1,open,5,Oy,Ab\n")])
    assert refused.value.code == "duplicate_mapping"
    same = read([export("id,status,value,company,asiakas\n1,open,5,Oy,Oy\n")])
    assert [note.code for note in same.sources[0].notes] == ["note.also_fits"]


def test_an_unknown_status_word_is_not_settled_by_the_stage(tmp_path: Path) -> None:
    """Whatever the stage says of a row with the status "Jäissä", it is listed; a blank one leaves it to the stage."""
    file = tmp_path / "kaupat.csv"
    lines = ["1;Jäissä;Voitettu;04.05.2026", "2;Voitettu;Tarjous;04.05.2026", "3;;Hävitty;04.05.2026"]
    file.write_text("\n".join(["Tunnus;Tila;Vaihe;Päätöspäivä", *lines]), encoding="utf-8")
    intake = read([file])
    assert intake.data.opportunities["status"].tolist() == ["won", "lost"]
    (row,) = intake.account.excluded
    assert (row.row, row.code, row.found["found"]) == (2, "status_unknown", "Jäissä")
    assert [word.word for word in intake.sources[0].unknown_words] == ["Jäissä"]

"""The folder of an invented provider, Hemrehab Fjäll AB, as its nightly export would leave it.

Files are changed by name, and the index follows unless a test says otherwise. Not here: what an adapter makes of it.
Invariant: several people are in every file, so that a row of somebody else that got through would be seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from samsyn_adapter import Error, Request, Response
from samsyn_adapter.rehearsal import error, reply

TOLVAN = "191212121212"
OTHER = "193802278485"
THIRD = "194603173172"
COORDINATION = "197010632391"
MADE = "2026-11-20 02:10:00"
GIVER = "SE9999900009-VG;Hemrehab Fjäll AB;SE9999900009-HSV;Hemsjukvården Fjäll"
GIVER_COLUMNS = "vardgivare_hsaid;vardgivare;enhet_hsaid;enhet"

FILES: dict[str, str] = {
    "personer.csv": f"""id;personnummer;fornamn;efternamn;kon;skydd;avliden;tolksprak;kommunikation;{GIVER_COLUMNS};andrad
p1;19121212-1212;Tolvan;Tolvansson;M;;;;hör dåligt, tala mot vänster öra;{GIVER};2026-10-02
p2;19380227-8485;Ester;Öberg;K;;;finska;;{GIVER};2026-09-11
p3;19460317-3172;Signe;Ek;K;S;;;;{GIVER};2026-11-01
""",
    "insatser.csv": f"""id;personnummer;kod;beskrivning;fran;till;status;telefon;{GIVER_COLUMNS};andrad
i1;19121212-1212;HSV;Såromläggning två gånger i veckan;2026-09-01;;pågår;063-555 91 10;{GIVER};2026-09-01
i2;19121212-1212;HJM;"Rollator; utlånad";2026-05;;pågår;063-555 91 20;{GIVER};2026-05-12
i3;19121212-1212;TRANING;Gångträning i hemmet;2025-11-03;2026-02-27;avslutad;;{GIVER};2026-02-27
i4;19380227-8485;HSV;Insulin morgon och kväll;2024-01-15;;pågår;063-555 91 10;{GIVER};2024-01-15
i5;19460317-3172;HSV;Kateterbyte;2026-10-01;;pågår;063-555 91 10;{GIVER};2026-10-01
""",
    "besok.csv": """id;personnummer;insats;typ;tid;text
b1;19121212-1212;i1;B;2026-11-17 08:15;Omläggning, såret minskar
b2;19121212-1212;i1;B;2026-11-19 08:05;
b3;19121212-1212;i1;P;2026-11-23 08:00;
b4;19121212-1212;i2;A;2026-08-30;Rollatorn justerad
b5;19380227-8485;i4;B;2026-11-19 07:30;
""",
    "planer.csv": f"""id;personnummer;typ;rubrik;gor_sa_har;text;status;ansvarig;ansvarig_titel;beslutad;fran;till;uppfoljning;{GIVER_COLUMNS};andrad
v1;19121212-1212;REHAB;Rehabiliteringsplan gång;Gå med rollator, stöd i trappa;;gäller;Ida Rask;fysioterapeut;2026-09-03;2026-09-03;;2026-12-01;{GIVER};2026-09-03
v2;19121212-1212;VP;Omvårdnadsplan sår;;Omläggning tisdag och torsdag;gäller;Maj Lind;sjuksköterska;2026-09-01;2026-09-01;;;{GIVER};2026-09-01
v3;19380227-8485;VP;Omvårdnadsplan diabetes;;;gäller;;;2024-01-15;;;;{GIVER};2024-01-15
""",
    "funktion.csv": f"""id;personnummer;omrade;bedomning;niva;datum;{GIVER_COLUMNS};andrad
f1;19121212-1212;Förflyttning;går med rollator, stöd av en person i trappa;delvis;2026-10-14;{GIVER};2026-10-14
f2;19121212-1212;Personlig hygien;klarar sig själv;självständig;2026-10-14;{GIVER};2026-10-14
f3;19380227-8485;Förflyttning;rullstol;beroende;2026-08-01;{GIVER};2026-08-01
""",
    "dokument.csv": f"""id;personnummer;typ;rubrik;datum;text;fil;{GIVER_COLUMNS};andrad
d1;19121212-1212;Funktionsbedömning;Bedömning av fysioterapeut;2026-10-14;;bedomning-d1.pdf;{GIVER};2026-10-14
d2;19121212-1212;Överrapportering;Rapport till primärvården;2026-09-01;Såret läker. Fortsatt omläggning.;;{GIVER};2026-09-01
d3;19380227-8485;Överrapportering;Rapport till primärvården;2024-01-15;;;{GIVER};2024-01-15
""",
    "kontakter.xml": """<?xml version="1.0" encoding="windows-1252"?>
<kontakter>
  <kontakt id="k1" personnummer="19121212-1212" skyddad="nej">
    <typ>ENHET</typ><namn>Hemsjukvården Fjäll</namn><roll>sjuksköterska i tjänst</roll>
    <vardgivare_hsaid>SE9999900009-VG</vardgivare_hsaid><vardgivare>Hemrehab Fjäll AB</vardgivare>
    <enhet_hsaid>SE9999900009-HSV</enhet_hsaid><enhet>Hemsjukvården Fjäll</enhet>
    <telefon>063-555 91 10</telefon>
    <telefon endast_personal="ja" anmarkning="direkt">063-555 91 11</telefon>
    <tider dagar="1-7" fran="07:00" till="21:00"/>
    <andrad>2026-09-01</andrad>
  </kontakt>
  <kontakt id="k2" personnummer="19121212-1212" skyddad="nej">
    <typ>NARSTAENDE</typ><namn>Åsa Tolvansson</namn><roll>dotter</roll><ordning>1</ordning>
    <far_informeras>ja</far_informeras><ring_nattetid>nej</ring_nattetid>
    <vardgivare_hsaid>SE9999900009-VG</vardgivare_hsaid><enhet_hsaid>SE9999900009-HSV</enhet_hsaid>
    <telefon>070-174 06 05</telefon>
    <andrad>2026-09-01</andrad>
  </kontakt>
  <kontakt id="k3" personnummer="19460317-3172" skyddad="ja">
    <typ>NARSTAENDE</typ><namn>Bo Ek</namn><roll>son</roll>
    <vardgivare_hsaid>SE9999900009-VG</vardgivare_hsaid><enhet_hsaid>SE9999900009-HSV</enhet_hsaid>
    <telefon>070-174 06 35</telefon>
  </kontakt>
</kontakter>
""",
}


class Folder:
    """The folder, with what a test changes."""

    def __init__(
        self,
        changed: Mapping[str, Callable[[str], str]] | None = None,
        *,
        made: str = MADE,
        checksums: bool = True,
        encoding: str = "windows-1252",
    ) -> None:
        texts = FILES | {name: change(FILES[name]) for name, change in (changed or {}).items()}
        self.files = {name: text.replace("windows-1252", encoding).encode(encoding) for name, text in texts.items()}
        rows = [
            f"{name};{len(body) if checksums else ''};{hashlib.sha256(body).hexdigest() if checksums else ''};{made}"
            for name, body in self.files.items()
        ]
        self.index = "\r\n".join(["fil;bytes;sha256;skapad", *rows, ""]).encode("cp1252")

    def after(self, name: str, change: Callable[[bytes], bytes]) -> Folder:
        """The same with a file that changed after the index was written."""
        self.files[name] = change(self.files[name])
        return self

    def with_index(self, change: Callable[[str], str]) -> Folder:
        """The same with another index."""
        self.index = change(self.index.decode("cp1252")).encode("cp1252")
        return self

    def answer(self, request: Request) -> Response | Error:
        """What the web server replies."""
        name = request.target.value.removeprefix("/")
        if name == "index.csv":
            return reply(body=self.index)
        body = self.files.get(name)
        return error("connect") if request.credential != "folder" else reply(404) if body is None else reply(body=body)

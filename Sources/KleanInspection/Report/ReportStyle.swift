/// The style sheet of the report: light and dark, screen and paper.
enum ReportStyle {
    static let sheet: HTML = """
        :root{--ink:#1c2024;--quiet:#687076;--line:#e4e7ea;--paper:#fff;--back:#f6f7f8;\
        --over:#d1342f;--under:#b9c3cc;--mark:#ffe9a8;--good:#2b7a4b;--blue:#2f6feb}
        @media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--quiet:#9aa4ad;--line:#30363d;\
        --paper:#1b1f24;--back:#121518;--over:#ff6b64;--under:#4c5863;--mark:#5c4a12;\
        --good:#57c785;--blue:#7aa7ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--ink);font:15px/1.6 system-ui,\
        -apple-system,"Noto Sans KR","Noto Sans CJK KR","Apple SD Gothic Neo","Malgun Gothic",\
        sans-serif;word-break:keep-all;overflow-wrap:anywhere}
        main{max-width:1040px;margin:0 auto;padding:40px 24px 80px}
        h1{font-size:27px;line-height:1.3;margin:0 0 4px;letter-spacing:-.01em}
        h2{font-size:19px;margin:48px 0 14px}
        p{margin:0 0 10px}.quiet,small{color:var(--quiet)}small{font-size:13px}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;\
        margin:24px 0}
        .tile,.card{background:var(--paper);border:1px solid var(--line);border-radius:12px}
        .tile{padding:14px 16px}.tile b{display:block;font-size:24px;line-height:1.25;\
        font-variant-numeric:tabular-nums}.tile.alert b{color:var(--over)}
        .card{padding:16px 20px;margin:0 0 12px}
        svg{display:block;width:100%;height:auto;font-size:12px}svg text{fill:var(--quiet)}
        svg .over{fill:var(--over)}svg .under{fill:var(--under)}
        svg .axis{stroke:var(--line)}svg .mark{stroke:var(--ink);stroke-dasharray:3 3}
        svg text.mark{stroke:none;fill:var(--ink)}
        svg .reference{stroke:var(--quiet);stroke-dasharray:3 3}
        svg .this{stroke:var(--over);stroke-width:2}svg circle.this{fill:var(--over)}
        svg text.this{stroke:none;fill:var(--over);font-weight:600}
        details.card{padding:0}summary{list-style:none;cursor:pointer;padding:14px 20px;\
        display:grid;grid-template-columns:44px 1fr auto;gap:4px 12px;align-items:start}
        summary::-webkit-details-marker{display:none}summary:hover{background:var(--back);\
        border-radius:12px}
        .fold summary::before{content:"▸ "}.fold[open] summary::before{content:"▾ "}
        .fold summary{display:block;color:var(--quiet);font-size:13.5px}\
        .fold .scroll{padding:0 20px 14px}
        .rank{font-variant-numeric:tabular-nums;color:var(--quiet);font-size:17px}
        .name{font-weight:600}.score{grid-column:3;grid-row:1/3;text-align:right;\
        white-space:nowrap;\
        font-variant-numeric:tabular-nums}.score b{font-size:19px;color:var(--over)}
        .facts{grid-column:2;color:var(--quiet);font-size:13px}
        .chips{grid-column:2/4;display:flex;flex-wrap:wrap;gap:6px;margin-top:4px}
        .chip{background:var(--back);border:1px solid var(--line);border-radius:99px;\
        padding:1px 10px;font-size:12.5px}.chip.fake{color:var(--over);border-color:var(--over)}
        .chip.genuine{color:var(--good);border-color:var(--good)}
        .body{padding:4px 20px 20px 76px;display:grid;grid-template-columns:1fr 1fr;gap:8px 32px}
        .body h3{font-size:13px;margin:10px 0 6px;color:var(--quiet);font-weight:600}
        .body ol,.body ul{margin:0;padding-left:20px}.body li{margin-bottom:6px}
        .wide{grid-column:1/3}mark{background:var(--mark);color:inherit;border-radius:3px;\
        padding:0 2px}
        .parts{display:grid;grid-template-columns:auto 1fr auto;gap:3px 10px;font-size:13px;\
        align-items:center}.parts i{display:block;height:9px;border-radius:3px;\
        background:var(--over)}.parts i.down{background:var(--blue)}\
        .parts span:nth-child(3n){text-align:right;font-variant-numeric:tabular-nums}
        .parts .sum{border-top:1px solid var(--line);padding-top:3px;font-weight:600}
        .scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}
        th{text-align:left;color:var(--quiet);font-weight:600;white-space:nowrap}
        th,td{padding:7px 12px 7px 0;border-bottom:1px solid var(--line);vertical-align:top}
        tr:last-child td{border-bottom:0}
        td:first-child{white-space:nowrap}td:last-child{overflow-wrap:normal}\
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        td.title{min-width:14em}tr.alert td{color:var(--over)}
        @media(max-width:720px){.body{grid-template-columns:1fr;padding-left:20px}\
        .wide{grid-column:1}}
        @media print{body{background:#fff}main{max-width:none;padding:0}\
        details.card,.tile{break-inside:avoid}}
        """
}

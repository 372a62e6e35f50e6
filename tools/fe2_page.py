# SPDX-License-Identifier: LGPL-2.1-or-later
"""A page of HTML with sections, figures and tables in one file; used by tools/report."""
import html

STYLE = """
:root { --ink: #1d232b; --soft: #5b6472; --line: #e3e7ec; --accent: #1f5fa8; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: var(--ink); }
body { font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
header { background: #fff; border-bottom: 1px solid var(--line); padding: 28px 0 14px; }
header > div, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 24px; }
h1 { margin: 0 0 4px; font-size: 27px; line-height: 1.25; }
.sub { margin: 0; color: var(--soft); }
nav { margin-top: 14px; display: flex; flex-wrap: wrap; gap: 6px 18px; font-size: 14px; }
nav a { color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { background: #fff; border: 1px solid var(--line); border-radius: 10px; margin: 20px 0; padding: 18px 24px 20px; }
h2 { margin: 0 0 12px; font-size: 19px; }
h3 { margin: 22px 0 8px; font-size: 15.5px; }
figure { margin: 14px 0 20px; text-align: center; }
figure img { max-width: 100%; height: auto; }
figcaption { margin: 8px auto 0; max-width: 900px; color: var(--soft); font-size: 13.5px; text-align: left; }
figcaption b { color: var(--ink); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 12px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; }
td.text, th.text { text-align: left; }
caption { caption-side: bottom; text-align: left; color: var(--soft); font-size: 13.5px; padding-top: 6px; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(460px, 1fr)); gap: 0 28px; margin: 0; }
dl div { display: flex; gap: 12px; border-bottom: 1px solid var(--line); padding: 5px 0; }
dt { color: var(--soft); flex: 0 0 145px; }
dd { margin: 0; overflow-wrap: anywhere; }
.warn { background: #fff6e5; border-left: 4px solid #e09f3e; padding: 8px 14px; margin: 14px 0 0; font-size: 14px; }
.warn ul { margin: 4px 0 0; padding-left: 20px; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; }
footer { color: var(--soft); font-size: 13px; padding-bottom: 30px; }
@media print { body, section { background: #fff; } section { border: none; padding: 0; } figure { break-inside: avoid; } }
"""

FRAME = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%s</title><style>%s</style></head>
<body>
<header><div><h1>%s</h1><p class="sub">%s</p><nav>%s</nav></div></header>
<main>
%s</main>
<footer>Made by tools/report of fe2.</footer>
</body>
</html>
"""


class Page:
    """Sections of HTML; figures are numbered."""

    def __init__(self):
        self.sections, self.n_figures = [], 0

    def section(self, title):
        self.sections.append((title, []))

    def add(self, text):
        self.sections[-1][1].append(text)

    def heading(self, text):
        self.add("<h3>%s</h3>" % html.escape(text))

    def figure(self, image, caption):
        self.n_figures += 1
        alt, caption = html.escape(caption, quote=True), html.escape(caption)
        picture = '<img src="%s" width="%d" alt="%s">' % (image.source, image.width, alt)
        text = "<figcaption><b>Figure %d.</b> %s</figcaption>" % (self.n_figures, caption)
        self.add("<figure>%s%s</figure>" % (picture, text))

    def text(self, text):
        self.add("<p>%s</p>" % html.escape(text))

    def facts(self, pairs):
        items = ["<div><dt>%s</dt><dd>%s</dd></div>" % (html.escape(k), html.escape(v)) for k, v in pairs]
        self.add("<dl>%s</dl>" % "".join(items))

    def warnings(self, texts, most=10):
        items = "".join("<li>%s</li>" % html.escape(t) for t in texts[:most])
        more = "<p>... and %d more in log.txt</p>" % (len(texts) - most) if len(texts) > most else ""
        head = "%d warning%s" % (len(texts), "s" if len(texts) > 1 else "")
        self.add('<div class="warn"><b>%s</b><ul>%s</ul>%s</div>' % (head, items, more))

    def table(self, names, rows, caption=""):
        """Of texts; columns that are not numbers stand left."""
        left = [not all(is_number(r[i]) for r in rows) for i in range(len(names))]
        kind = [' class="text"' if l else "" for l in left]

        def line(tag, row):
            return "<tr>%s</tr>" % "".join("<%s%s>%s</%s>" % (tag, k, html.escape(w), tag) for k, w in zip(kind, row))

        caption = "<caption>%s</caption>" % html.escape(caption) if caption else ""
        body = "".join(line("td", r) for r in rows)
        table = "<table>%s<thead>%s</thead><tbody>%s</tbody></table>" % (caption, line("th", names), body)
        self.add('<div class="scroll">%s</div>' % table)

    def fold(self, title, add):
        self.add("<details><summary>%s</summary>" % html.escape(title))
        add()
        self.add("</details>")

    def write(self, file, title, subtitle):
        filled = [(i, html.escape(t), "\n".join(body)) for i, (t, body) in enumerate(self.sections) if body]
        links = "".join('<a href="#s%d">%s</a>' % (i, t) for i, t, _ in filled)
        sections = "".join('<section id="s%d"><h2>%s</h2>%s</section>\n' % part for part in filled)
        text = FRAME % (html.escape(title), STYLE, html.escape(title), html.escape(subtitle), links, sections)
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)


def is_number(text):
    try:
        float(text or "nan")
        return True
    except ValueError:
        return False

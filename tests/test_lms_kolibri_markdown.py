"""Texts of questions in the Markdown of Perseus."""

import pytest

from pipeline.targets.lms.kolibri.markdown import markdown
from pipeline.targets.lms.markup import parsed


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>$5 and $10</p>", r"\$5 and \$10"),
        ("1. no list", r"1\. no list"),
        ("<p>- a</p><p># b</p>", "\\- a\n\n\\# b"),
        ("a_b_c *d* `e` \\ [f](g)", r"a\_b\_c \*d\* \`e\` \\ \[f\]\(g\)"),
        ("https://example.org", r"https\:\/\/example\.org"),
        ("[[☃ radio 1]] {{passage-ref 1 2}}", r"\[\[☃ radio 1\]\] \{\{passage\-ref 1 2\}\}"),
        ("a <em> b</em><em>c </em>d", "a *bc* d"),
        ("<em>a <code>*</code> <strong>b</strong></em>", "*a* `*` ***b***"),
        ("<em>a</em><strong>b</strong>", "*a*\u200b**b**"),
        ("<code>a</code><code>b</code>", "`a`\u200b`b`"),
        ("<code>`a``</code> <code>a<wbr/>b\n c</code>", "``` `a`` ``` `ab c`"),
        ("a<br/>b", "a  \nb"),
        ("log<sub>2</sub> x<sup>n+1</sup> a<sub>b</sub>", "log₂ xⁿ⁺¹ a\\_\\(b\\)"),
        ("<del>a</del> <kbd>b</kbd>", "~~a~~ `b`"),
        ('<a href="https://a.org/(b) *">c*</a>', r"[c\*](https://a.org/%28b%29%20%2A)"),
        ('<a href="https://a.org/">c ]</a>', r"c \]"),
        ('<img src="x" alt="a [b]\nc"/>', "![a (b) c](x)"),
        ("<pre><code>  a\n```\n\n  b\n</code></pre>", "````\n  a\n```\n\n  b\n````"),
        ("<pre>\n=====\n</pre>", "```\n===== \n```"),
        ("<ul><li>a</li><li><p>b</p><p>c</p></li></ul>", "- a\n\n- b\n\n  c"),
        ('<ol start="9"><li>a</li><li>b<ul><li>c</li></ul></li></ol>', "9. a\n\n10. b\n\n    - c"),
        ("<ul><li><pre>a</pre></li></ul>", "- \u200b\n\n  ```\n  a\n  ```"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n> \n> b"),
        (
            "<table><tr><th>a|b</th><th/></tr><tr><td><code>c</code></td><td>d<br/>e</td></tr></table>",
            "| a\\|b | \u200b |\n| --- | --- |\n| `c` | d e |",
        ),
        ("<h3>a</h3><hr/>", "### a\n\n---"),
        ("<figure><figcaption>a</figcaption><pre>b</pre></figure>", "*a*\n\n```\nb\n```"),
    ],
)  # fmt: skip
def test_markdown_of_perseus(html: str, said: str) -> None:
    assert markdown(parsed(html)) == said

package io.aidc.privacy.testkit;

import java.util.Locale;
import java.util.stream.Collectors;

/** The page of a {@link MembershipReport}: a table, and the trade-off curve on logarithmic axes. */
final class MembershipPage {
    private static final int SIDE = 400;
    private static final int DECADES = 4;
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"/><title>Membership inference</title>
            <style>
            body{font:16px/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#222}
            table{border-collapse:collapse}th,td{border-bottom:1px solid #ccc;padding:.3em .8em;text-align:right}
            svg{display:block;margin:1em 0}text{font-size:12px;fill:#555}
            </style></head><body>
            <h1>Can one tell who was in the training data?</h1>
            """;
    private static final String FOOT = """
            <p>The dashed line is guessing. A curve well above it at the left means that rows can be recognised. A curve on
            it means that <em>this</em> attack failed; it does not prove that the data are safe.</p>
            </body></html>
            """;

    private MembershipPage() {}

    static String of(MembershipReport report) {
        return HEAD + summary(report) + picture(report) + FOOT;
    }

    private static String summary(MembershipReport report) {
        return String.format(
                Locale.ROOT,
                """
                <p>%d models were trained on random halves of %d rows. Each was attacked with the help of the others.</p>
                <p><strong>AUC %.4f.</strong> Of a row that was in and one that was not, the attack picks the right one with
                this chance; 0.5 is guessing.</p>
                <p>What matters more is whether <em>some</em> rows are given away with hardly a mistake:</p>
                <table><thead><tr><th>false alarms</th><th>members recognised</th><th>95&#8239;%% interval</th>
                <th>times guessing</th></tr></thead><tbody>
                %s</tbody></table>
                """,
                report.models(),
                report.rows(),
                report.auc(),
                report.caught().stream().map(MembershipPage::line).collect(Collectors.joining()));
    }

    private static String line(MembershipReport.Caught caught) {
        return String.format(
                Locale.ROOT,
                "<tr><td>%.1f&#8239;%%</td><td>%.2f&#8239;%%</td><td>%.2f – %.2f&#8239;%%</td><td>%.1f</td></tr>\n",
                100 * caught.falsePositiveRate(),
                100 * caught.truePositiveRate(),
                100 * caught.low(),
                100 * caught.high(),
                caught.truePositiveRate() / caught.falsePositiveRate());
    }

    private static String picture(MembershipReport report) {
        return String.format(
                Locale.ROOT,
                """
                <svg width="%1$d" height="%1$d" viewBox="-60 -20 %1$d %1$d" role="img"
                aria-label="members recognised against false alarms, logarithmic axes">
                %2$s<path d="M0 %3$dL%3$d 0" stroke="#999" stroke-dasharray="4"/>
                <polyline points="%4$s" fill="none" stroke="#0a58ca" stroke-width="2"/>
                <text x="%5$d" y="%6$d" text-anchor="middle">share of non-members called members</text>
                <text transform="translate(-45 %5$d) rotate(-90)" text-anchor="middle">share of members recognised</text>
                </svg>
                """,
                SIDE + 80,
                grid(),
                SIDE,
                report.curve().stream()
                        .filter(point -> point.falsePositiveRate() > 0 && point.truePositiveRate() > 0)
                        .map(MembershipPage::corner)
                        .collect(Collectors.joining(" ")),
                SIDE / 2,
                SIDE + 40);
    }

    private static String corner(MembershipReport.RocPoint point) {
        return String.format(
                Locale.ROOT, "%.1f,%.1f", across(point.falsePositiveRate()), SIDE - across(point.truePositiveRate()));
    }

    private static String grid() {
        StringBuilder lines = new StringBuilder();
        for (int decade = 0; decade <= DECADES; decade++) {
            double at = across(Math.pow(10, decade - DECADES));
            lines.append(String.format(
                    Locale.ROOT,
                    """
                    <path d="M%1$.1f 0V%2$d M0 %3$.1fH%2$d" stroke="#eee" fill="none"/>
                    <text x="%1$.1f" y="%4$d" text-anchor="middle">%5$s</text>
                    <text x="-6" y="%3$.1f" text-anchor="end">%5$s</text>
                    """,
                    at,
                    SIDE,
                    SIDE - at,
                    SIDE + 18,
                    decade == DECADES ? "1" : "0." + "0".repeat(DECADES - decade - 1) + "1"));
        }
        return lines.toString();
    }

    /** From 0 at 10^−4 to the side's length at 1. */
    private static double across(double rate) {
        return SIDE * Math.max(0, 1 + Math.log10(rate) / DECADES);
    }
}

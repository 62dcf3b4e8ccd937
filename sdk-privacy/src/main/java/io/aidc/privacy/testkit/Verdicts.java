package io.aidc.privacy.testkit;

import java.util.Locale;

/** The words in which every bound of this package is reported. */
final class Verdicts {
    private Verdicts() {}

    static String of(boolean refuted, String what, double claim, double bound, double ceiling, String evidence) {
        String shown = String.format(Locale.ROOT, "%s is at least %.4f%s", what, bound, evidence);
        return refuted
                ? String.format(Locale.ROOT, "Refuted: %s %s was claimed, but %s.", what, claim, shown)
                : String.format(
                        Locale.ROOT,
                        "Not refuted: %s %s was claimed; %s. At most %.4f could have been shown, and a low bound proves "
                                + "nothing.",
                        what,
                        claim,
                        shown,
                        ceiling);
    }
}

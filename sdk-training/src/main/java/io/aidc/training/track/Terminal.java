package io.aidc.training.track;

import java.io.Console;

/** Tells whether somebody looks at this JVM's output. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // before JDK 22 null tells; from then on isTerminal does
    static boolean isPresent() {
        Console console = System.console();
        if (console == null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            // Since JDK 22 there is a console also without a terminal, and this method to tell.
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true; // before JDK 22 a console is a terminal
        } catch (ReflectiveOperationException e) {
            return false; // not to be told: lines can be read anywhere
        }
    }
}

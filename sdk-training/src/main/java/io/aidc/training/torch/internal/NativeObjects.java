package io.aidc.training.torch.internal;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.Pointer;

/**
 * Counts the native objects that are held, and where they were made if that is asked for. What a step makes lives in a scope
 * and is not counted.
 */
public final class NativeObjects {
    /** Set to {@code true} to remember where each object was made, which costs a stack trace each. */
    public static final String TRACKING = "aidc.training.trackNative";

    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final int DEPTH = 3;

    /** The one record of the process: native memory is the process's too. */
    private static final IdentityHashMap<Pointer, String> LIVE = new IdentityHashMap<>();

    private NativeObjects() {}

    static void made(Pointer pointer) {
        String site = Boolean.getBoolean(TRACKING) ? site() : "";
        synchronized (LIVE) {
            LIVE.put(pointer, site);
        }
    }

    static void freed(Pointer pointer) {
        synchronized (LIVE) {
            LIVE.remove(pointer);
        }
    }

    /** How many objects are held. */
    public static int count() {
        synchronized (LIVE) {
            return LIVE.size();
        }
    }

    /** The memory of the process that is in use, in bytes, whoever uses it. */
    public static long residentBytes() {
        return Pointer.physicalBytes();
    }

    /** Tells where the objects that are held were made, most first, in a few lines. */
    public static String report() {
        Map<String, Long> sites;
        synchronized (LIVE) {
            sites = LIVE.values().stream().collect(Collectors.groupingBy(site -> site, Collectors.counting()));
        }
        if (sites.keySet().equals(Set.of("")) || sites.isEmpty()) {
            return "%d native objects; start the JVM with -D%s=true to see where they were made"
                    .formatted(count(), TRACKING);
        }
        return sites.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(10)
                .map(site -> "%d from %s".formatted(site.getValue(), site.getKey()))
                .collect(Collectors.joining("; "));
    }

    private static String site() {
        List<String> frames = WALKER.walk(all -> all.filter(frame -> !isOurs(frame.getClassName()))
                .limit(DEPTH)
                .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                .toList());
        return frames.isEmpty() ? "unknown" : String.join(" < ", frames);
    }

    private static boolean isOurs(String name) {
        return name.startsWith("io.aidc.training.torch.internal.") && !name.endsWith("Test");
    }
}

package io.aidc.security.keys;

import io.aidc.security.KeyRingException;
import io.aidc.security.KeyRingException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What this process may still seal before the ring file has to be written again. Messages and bytes are added to the file in
 * blocks ahead of their use, so that a crash can make the count too high but never too low. <em>Confined to the ring's
 * lock.</em>
 */
final class Usage {
    private static final int BLOCKS = 1024;

    private final Map<Integer, Long> messagesLeft = new HashMap<>();
    private final Map<Integer, Long> bytesLeft = new HashMap<>();

    /** Whether one more message fits what is reserved, and the key is young enough and no bytes too many are owed. */
    boolean admits(RingContent content, Instant now) {
        if (content.limits().areNone()) {
            return true;
        }
        boolean room = content.limits().maxMessages() == 0 || messagesLeft.getOrDefault(content.primary(), 0L) > 0;
        return room && !isExhausted(content.limits(), primary(withOwed(content)), now, true);
    }

    private RingContent withOwed(RingContent content) {
        long owed = -bytesLeft.getOrDefault(content.primary(), 0L);
        return owed <= 0
                ? content
                : content.with(
                        content.primary(),
                        key -> new RingContent.Key(key.about().used(0, owed), key.bytes()));
    }

    /** Gives up what was reserved under limits that others took the place of; bytes that are owed stay so. */
    void limitsChanged() {
        messagesLeft.clear();
        bytesLeft.replaceAll((version, left) -> Math.min(left, 0));
    }

    /** Reserves a block for the primary, or for a fresh one if that has reached a limit; what is owed is counted before. */
    RingContent reserve(RingContent found, Path ring, Instant now, Supplier<byte[]> freshKey) {
        if (found.limits().areNone()) {
            return found;
        }
        RingContent content = withOwed(found);
        if (isExhausted(content.limits(), primary(content), now, false)) {
            if (content.limits().atLimit() == KeyLimits.AtLimit.REFUSE) {
                throw new KeyRingException(
                        Reason.LIMIT_REACHED,
                        ring,
                        "version %d has wrapped %d keys for %d bytes since %s, and is limited to %s; rotate first"
                                .formatted(
                                        content.primary(),
                                        primary(content).messages(),
                                        primary(content).bytes(),
                                        primary(content).created(),
                                        content.limits().text()));
            }
            content = content.rotated(freshKey.get(), now);
        }
        long most = content.limits().maxMessages();
        long messages = most == 0 ? 0 : block(most, primary(content).messages());
        return content.with(
                content.primary(), key -> new RingContent.Key(key.about().used(messages, 0), key.bytes()));
    }

    /** Takes note of a block that was written, and with it what was owed. */
    void reserved(RingContent before, RingContent after) {
        int version = after.primary();
        long had = before.primary() == version ? primary(before).messages() : 0;
        messagesLeft.merge(version, primary(after).messages() - had, Long::sum);
        bytesLeft.computeIfPresent(before.primary(), (any, left) -> Math.max(left, 0));
    }

    void take(int version) {
        messagesLeft.computeIfPresent(version, (any, left) -> left - 1);
    }

    /** Uses up bytes; says how many more must be written to the file, which may be none. */
    long use(KeyLimits limits, int version, long bytes) {
        if (limits.maxBytes() == 0) {
            return 0;
        }
        long left = bytesLeft.getOrDefault(version, 0L) - bytes;
        long more = left >= 0 ? 0 : -left + block(limits.maxBytes(), 0);
        bytesLeft.put(version, left + more);
        return more;
    }

    /** The bytes could not be written; they stay owed. */
    void owe(int version, long bytes) {
        bytesLeft.merge(version, -bytes, Long::sum);
    }

    private static KeyVersion primary(RingContent content) {
        return content.key(content.primary()).about();
    }

    /** How much is reserved at once: about a thousandth, and no more than is left. */
    private static long block(long limit, long used) {
        return Math.min(Math.max(1, limit / BLOCKS), Math.max(1, limit - used));
    }

    private static boolean isExhausted(KeyLimits limits, KeyVersion key, Instant now, boolean holdsReserved) {
        boolean old = !limits.maxAge().isZero()
                && Duration.between(key.created(), now).compareTo(limits.maxAge()) >= 0;
        boolean often = !holdsReserved && limits.maxMessages() > 0 && key.messages() >= limits.maxMessages();
        return old || often || (limits.maxBytes() > 0 && key.bytes() >= limits.maxBytes());
    }
}

package io.aidc.security.guard;

/** Hashes queries to 64 bits under a seed. Not for secrets: equal queries are all it has to tell. */
final class Hashing {
    private Hashing() {}

    static long hash(byte[] bytes, long seed) {
        long hash = seed ^ bytes.length;
        for (byte b : bytes) {
            hash = mix(hash ^ (b & 0xff));
        }
        return hash;
    }

    static long hash(float[] query, long seed) {
        long hash = seed ^ query.length;
        for (float feature : query) {
            hash = mix(hash ^ Float.floatToIntBits(feature + 0.0f)); // -0.0 becomes 0.0
        }
        return hash;
    }

    /** The finisher of MurmurHash3: each bit of the input reaches each of the output. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ mixed >>> 33;
    }
}

package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a set of chunk ids comes to, in 256 buckets by the first byte of the digest.
 *
 * <p>Sets that differ in one id differ in one bucket, so two nodes find what they do not share by listing few ids. The sum of
 * a bucket is the exclusive or of its digests: it finds accidents, not forgers.
 *
 * <p>Binary form: 256 buckets of a long number of ids and 32 bytes. Immutable.
 *
 * @param buckets 256 of them
 */
public record IdSummary(List<Bucket> buckets) {
    /** The number of buckets. */
    public static final int BUCKETS = 256;

    /** The length of the binary form in bytes. */
    public static final int ENCODED_BYTES = BUCKETS * (Long.BYTES + 4 * Long.BYTES);

    /**
     * One bucket.
     *
     * @param ids how many ids it has
     * @param sum0 the first eight bytes of the exclusive or of their digests
     * @param sum1 the next eight
     * @param sum2 the next eight
     * @param sum3 the last eight
     */
    public record Bucket(long ids, long sum0, long sum1, long sum2, long sum3) {}

    /** Checks the number of buckets. */
    public IdSummary {
        buckets = List.copyOf(buckets);
        if (buckets.size() != BUCKETS) {
            throw new IllegalArgumentException("a summary has %d buckets, got %d".formatted(BUCKETS, buckets.size()));
        }
    }

    /** Returns the bucket an id belongs to, 0 to 255. */
    public static int bucketOf(ChunkId id) {
        return id.hashCode() >>> 24; // an id's hash is the beginning of its digest
    }

    /** Sums ids up. */
    public static IdSummary of(Iterable<ChunkId> ids) {
        long[][] sums = new long[BUCKETS][5];
        for (ChunkId id : ids) {
            long[] sum = sums[bucketOf(id)];
            ByteBuffer binary = ByteBuffer.allocate(ChunkId.ENCODED_BYTES);
            id.writeTo(binary);
            binary.position(1);
            sum[0]++;
            for (int i = 1; i < sum.length; i++) {
                sum[i] ^= binary.getLong();
            }
        }
        List<Bucket> buckets = new ArrayList<>(BUCKETS);
        for (long[] sum : sums) {
            buckets.add(new Bucket(sum[0], sum[1], sum[2], sum[3], sum[4]));
        }
        return new IdSummary(buckets);
    }

    /** Returns the numbers of the buckets that differ, ascending. */
    public List<Integer> differences(IdSummary other) {
        List<Integer> differing = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            if (!buckets.get(i).equals(other.buckets.get(i))) {
                differing.add(i);
            }
        }
        return differing;
    }

    /** Returns the binary form. */
    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(ENCODED_BYTES);
        for (Bucket bucket : buckets) {
            out.putLong(bucket.ids).putLong(bucket.sum0).putLong(bucket.sum1);
            out.putLong(bucket.sum2).putLong(bucket.sum3);
        }
        return out.array();
    }

    /**
     * Reads the binary form.
     *
     * @throws IllegalArgumentException if it has another length
     */
    public static IdSummary decode(byte[] bytes) {
        if (bytes.length != ENCODED_BYTES) {
            throw new IllegalArgumentException("a summary has %d bytes, got %d".formatted(ENCODED_BYTES, bytes.length));
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        List<Bucket> buckets = new ArrayList<>(BUCKETS);
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new Bucket(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()));
        }
        return new IdSummary(buckets);
    }
}

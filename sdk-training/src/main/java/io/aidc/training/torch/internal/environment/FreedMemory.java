package io.aidc.training.torch.internal.environment;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/*
 * glibc serves blocks above a threshold by mmap, and gives free memory above another back to the system. Both thresholds
 * follow the largest mapped block that was ever freed, up to 32 MiB ("dynamic mmap threshold", mallopt(3)). So one block of
 * that size, freed and never touched, puts them at 32 and 64 MiB for good. mallopt itself cannot be called from Java 17.
 */
/**
 * Keeps the memory of a step's tensors for those of the next. As glibc comes, a step may give its memory back to the system
 * and get it again page by page, which can take longer than what is computed in it.
 */
public final class FreedMemory {
    /** glibc's {@code DEFAULT_MMAP_THRESHOLD_MAX} less room for its bookkeeping. */
    private static final long LARGEST_BLOCK = (32L << 20) - (64L << 10);

    private FreedMemory() {}

    /**
     * Makes the C library keep up to 64 MiB of free memory behind the last block in use, of each of its arenas. Other C
     * libraries, or one whose {@code MALLOC_} variables the user set, are not changed.
     */
    public static void keep() {
        Loader.load(Pointer.class);
        Pointer.free(Pointer.malloc(LARGEST_BLOCK));
    }
}

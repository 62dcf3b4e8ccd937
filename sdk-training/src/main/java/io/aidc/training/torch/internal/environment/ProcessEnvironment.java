package io.aidc.training.torch.internal.environment;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Changes the environment that native code of this process sees. The JVM cannot do so; JavaCPP can look up the C variable
 * {@code environ}, and its own library jnijavacpp needs no other.
 */
public final class ProcessEnvironment {
    private ProcessEnvironment() {}

    /**
     * Sets a variable unless the process was started with it.
     *
     * @return whether native code sees the variable
     */
    public static synchronized boolean putIfAbsent(String name, String value) {
        return System.getenv(name) != null || put(name + "=" + value);
    }

    /** Replaces the C environment by a copy with one more entry; both live as long as the process. */
    private static boolean put(String entry) {
        UnpackingLock.whileHeld(() -> Loader.load(Pointer.class));
        Pointer environ = Loader.addressof("environ");
        if (environ == null) {
            return false;
        }
        var variable = new PointerPointer<BytePointer>(environ);
        var old = new PointerPointer<BytePointer>(variable.get(BytePointer.class, 0));
        int count = 0;
        while (old.get(BytePointer.class, count) != null) {
            if (old.get(BytePointer.class, count).getString().equals(entry)) {
                return true;
            }
            count++;
        }
        var table = new PointerPointer<BytePointer>(count + 2L);
        for (int i = 0; i < count; i++) {
            table.put(i, old.get(BytePointer.class, i));
        }
        var added = new BytePointer(entry);
        table.put(count, added);
        table.put(count + 1L, (Pointer) null);
        added.deallocate(false);
        table.deallocate(false);
        variable.put(0, table);
        return true;
    }
}

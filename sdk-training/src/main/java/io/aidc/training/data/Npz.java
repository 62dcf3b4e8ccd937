package io.aidc.training.data;

import io.aidc.training.MalformedFileException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes NumPy's {@code .npz} files: named arrays in one zip file.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="npz"}
 *
 * <p>Read is what {@code numpy.savez} and {@code numpy.savez_compressed} write; of an array, what {@link Npy} reads.
 *
 * <p>Thread-safe: holds no state.
 */
public final class Npz {
    /** How many bytes all arrays may have together if no other bound is given: 2 GiB less one. */
    public static final long MOST_BYTES = Integer.MAX_VALUE;

    private static final int MOST_ENTRIES = 10_000;
    /** The first time a zip file can hold. */
    private static final LocalDateTime EARLIEST = LocalDateTime.of(1980, 1, 1, 0, 0);

    private static final String SUFFIX = ".npy";

    private Npz() {}

    /**
     * Reads all arrays, of at most {@value #MOST_BYTES} bytes together.
     *
     * @param file the {@code .npz} file
     * @return the arrays by name, in the order of the file
     * @throws MalformedFileException if it is no such file, or naming the entry that is no array
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Map<String, NumberArray> read(Path file) {
        return read(file, MOST_BYTES);
    }

    /**
     * Reads all arrays. A zip file of a few kilobytes can hold gigabytes, which is what the bound is for.
     *
     * @param file the {@code .npz} file
     * @param mostBytes how many bytes all arrays may have together once unpacked, &gt; 0
     * @return the arrays by name, in the order of the file
     * @throws MalformedFileException if it is no such file, or naming the entry that is no array or goes beyond the
     *     bound
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Map<String, NumberArray> read(Path file, long mostBytes) {
        if (mostBytes < 1) {
            throw new IllegalArgumentException("mostBytes must be > 0, got " + mostBytes);
        }
        try (var zip = new ZipFile(file.toFile())) {
            if (zip.size() > MOST_ENTRIES) {
                throw new MalformedFileException(
                        file.toString(),
                        "",
                        "it has %d entries, at most %d are read".formatted(zip.size(), MOST_ENTRIES));
            }
            Map<String, NumberArray> arrays = new LinkedHashMap<>();
            long left = mostBytes;
            for (ZipEntry entry : entries(zip)) {
                String name = entry.getName();
                if (!name.endsWith(SUFFIX)) {
                    throw new MalformedFileException(file.toString(), "entry '" + name + "'", "it is no .npy file");
                }
                NumberArray array = array(file, zip, entry, left);
                left -= (long) array.size() * array.type().bytes();
                if (arrays.put(name.substring(0, name.length() - SUFFIX.length()), array) != null) {
                    throw new MalformedFileException(file.toString(), "entry '" + name + "'", "the name stands twice");
                }
            }
            return Collections.unmodifiableMap(arrays);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new MalformedFileException(file.toString(), "", "it is no zip file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * Reads one array and passes the others over.
     *
     * @param file the {@code .npz} file
     * @param name the array's name
     * @return the array, of at most {@value #MOST_BYTES} bytes
     * @throws IllegalArgumentException if there is no such array
     * @throws MalformedFileException if it is no such file, or the array is none
     * @throws UncheckedIOException if the file cannot be read
     */
    public static NumberArray read(Path file, String name) {
        try (var zip = new ZipFile(file.toFile())) {
            ZipEntry entry = zip.getEntry(Objects.requireNonNull(name, "name") + SUFFIX);
            if (entry == null) {
                throw new IllegalArgumentException("%s has no array '%s'; it has %s"
                        .formatted(
                                file,
                                name,
                                entries(zip).stream().map(ZipEntry::getName).toList()));
            }
            return array(file, zip, entry, MOST_BYTES);
        } catch (ZipException | EOFException e) {
            throw new MalformedFileException(file.toString(), "", "it is no zip file", e);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private static NumberArray array(Path file, ZipFile zip, ZipEntry entry, long mostBytes) throws IOException {
        String source = file + ", entry '" + entry.getName() + "'";
        try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
            return Npy.read(source, in, (int) Math.min(mostBytes, Integer.MAX_VALUE));
        } catch (ZipException | EOFException e) {
            throw new MalformedFileException(source, "", "it cannot be unpacked", e);
        }
    }

    private static List<ZipEntry> entries(ZipFile zip) {
        List<ZipEntry> entries = new ArrayList<>();
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            entries.add(all.nextElement());
        }
        return entries;
    }

    /**
     * Writes arrays, deflated; an existing file is replaced. The same arrays give the same bytes.
     *
     * @param file the {@code .npz} file
     * @param arrays the arrays by name, written in the order of the map
     * @throws IllegalArgumentException if there is no array, or a name is blank
     * @throws UncheckedIOException if the file cannot be written; part of it may have been
     */
    public static void write(Path file, Map<String, NumberArray> arrays) {
        if (arrays.isEmpty()) {
            throw new IllegalArgumentException("at least 1 array is needed, got 0");
        }
        arrays.keySet().forEach(name -> {
            if (name.isBlank()) {
                throw new IllegalArgumentException("an array has no name");
            }
        });
        try (var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            for (Map.Entry<String, NumberArray> array : arrays.entrySet()) {
                var entry = new ZipEntry(array.getKey() + SUFFIX);
                entry.setTimeLocal(EARLIEST);
                zip.putNextEntry(entry);
                Npy.write(zip, array.getValue());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}

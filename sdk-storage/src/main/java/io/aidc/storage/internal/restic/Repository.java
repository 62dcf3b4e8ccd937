package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.object.ObjectStore;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An open repository: sealed files, packs and blobs.
 *
 * <p>Each byte read is checked against its SHA-256 or its MAC. Objects are written once; what was encoded is decoded again
 * before it is stored. Thread-safe.
 *
 * @see <a href="https://restic.readthedocs.io/en/stable/design.html">restic, repository format</a>
 */
public final class Repository {
    /** The largest blob that is read, and the largest document after decompression. */
    static final int MAX_BLOB_BYTES = 128 << 20;

    private static final byte COMPRESSED_DOCUMENT = 2;

    private final ObjectStore objects;
    private final KeyRing keys;
    private final SealKey key;
    private final ChunkId keyId;
    private final RepositoryConfig config;
    private final Settings settings;
    private final Map<ChunkId, IndexFile> indexFiles = new HashMap<>(); // guarded by this

    private Repository(
            ObjectStore objects, KeyRing keys, KeyRing.Unlocked unlocked, RepositoryConfig config, Settings settings) {
        this.objects = objects;
        this.keys = keys;
        this.key = unlocked.key();
        this.keyId = unlocked.id();
        this.config = config;
        this.settings = settings;
    }

    /** The version that is written on this class path: 2 with zstd-jni, else 1. */
    public static int bestVersion() {
        return Zstd.isAvailable() ? 2 : 1;
    }

    /**
     * Makes an empty repository; it exists once its configuration is stored.
     *
     * @throws FileAlreadyExistsException if there is one
     */
    public static Repository create(ObjectStore objects, char[] password, int version, Settings settings)
            throws IOException {
        if (objects.size(RepositoryConfig.KEY).isPresent()) {
            throw exists(objects);
        }
        var random = new SecureRandom();
        SealKey key = SealKey.random(random);
        var keys = new KeyRing(objects, settings);
        var unlocked = new KeyRing.Unlocked(keys.add(key, password), key);
        var config = RepositoryConfig.random(version, random);
        var repository = new Repository(objects, keys, unlocked, config, settings);
        if (!objects.putIfAbsent(RepositoryConfig.KEY, repository.seal(config.toJson(), RepositoryConfig.KEY))) {
            throw exists(objects);
        }
        return repository;
    }

    private static FileAlreadyExistsException exists(ObjectStore objects) {
        return new FileAlreadyExistsException(objects.toString(), null, "there is a repository already: open it");
    }

    /**
     * Opens a repository.
     *
     * @throws NoSuchFileException if there is no repository
     * @throws PasswordMismatchException if the password opens no key
     */
    public static Repository open(ObjectStore objects, char[] password, Settings settings) throws IOException {
        byte[] sealedConfig = config(objects);
        var keys = new KeyRing(objects, settings);
        KeyRing.Unlocked unlocked = keys.unlock(password);
        RepositoryConfig config = openConfig(unlocked.key(), sealedConfig);
        return new Repository(objects, keys, unlocked, config, settings);
    }

    private static byte[] config(ObjectStore objects) throws IOException {
        try {
            return objects.get(RepositoryConfig.KEY);
        } catch (NoSuchFileException e) {
            var named = new NoSuchFileException(objects.toString(), null, "there is no repository: create one first");
            named.initCause(e);
            throw named;
        }
    }

    private static RepositoryConfig openConfig(SealKey key, byte[] sealed) throws IOException {
        byte[] plain = key.open(sealed).orElseThrow(() -> unauthentic(RepositoryConfig.KEY));
        try {
            var config = RepositoryConfig.parse(plain);
            if (config.version() > 1 && !Zstd.isAvailable()) {
                throw new IOException("the repository has version 2, for which com.github.luben:zstd-jni is needed");
            }
            return config;
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException(RepositoryConfig.KEY, e);
        }
    }

    public int version() {
        return config.version();
    }

    public Settings settings() {
        return settings;
    }

    SealKey key() {
        return key;
    }

    /** The key file that the password opened. */
    public ChunkId keyId() {
        return keyId;
    }

    public RepositoryLock lock(RepositoryLock.Mode mode) throws IOException {
        return RepositoryLock.acquire(this, mode);
    }

    /** The passwords. */
    public KeyRing keys() {
        return keys;
    }

    /** Adds a password; returns its name. */
    public ChunkId addKey(char[] password) throws IOException {
        return keys.add(key, password);
    }

    // Files

    /** The files of a kind, in the order of their names. */
    public List<ChunkId> list(FileKind kind) throws IOException {
        return list(objects, kind);
    }

    static List<ChunkId> list(ObjectStore objects, FileKind kind) throws IOException {
        List<ChunkId> ids = new ArrayList<>();
        objects.list(kind.prefix(), listed -> idOf(kind, listed.key()).ifPresent(ids::add));
        ids.sort(null);
        return ids;
    }

    /** The packs that are there and their lengths. */
    public Map<ChunkId, Long> listPacks() throws IOException {
        Map<ChunkId, Long> packs = new TreeMap<>();
        objects.list(
                FileKind.PACK.prefix(),
                listed -> idOf(FileKind.PACK, listed.key()).ifPresent(id -> packs.put(id, listed.bytes())));
        return packs;
    }

    private static Optional<ChunkId> idOf(FileKind kind, String objectKey) {
        String name = objectKey.substring(objectKey.lastIndexOf('/') + 1);
        try {
            ChunkId id = JsonObject.toId(name);
            return kind.key(id).equals(objectKey) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException foreign) {
            return Optional.empty(); // what others left in the directory is not ours to judge
        }
    }

    public boolean exists(FileKind kind, ChunkId id) throws IOException {
        return objects.size(kind.key(id)).isPresent();
    }

    public void delete(FileKind kind, ChunkId id) throws IOException {
        objects.delete(kind.key(id));
    }

    /** The bytes as they are stored, whose SHA-256 was checked. */
    public byte[] loadRaw(FileKind kind, ChunkId id) throws IOException {
        String name = kind.key(id);
        byte[] bytes = objects.get(name);
        if (!id.matches(bytes)) {
            throw new DamagedObjectException(name, "its SHA-256 is not its name");
        }
        return bytes;
    }

    /** The document in a file. */
    public byte[] load(FileKind kind, ChunkId id) throws IOException {
        return unseal(loadRaw(kind, id), kind.key(id));
    }

    /** Stores a document and returns its name; it is durable on return. */
    ChunkId save(FileKind kind, byte[] document) throws IOException {
        byte[] sealed = seal(document, kind.name());
        ChunkId id = ChunkId.of(sealed);
        objects.putIfAbsent(kind.key(id), sealed);
        return id;
    }

    private byte[] seal(byte[] document, String what) throws IOException {
        byte[] plain = document;
        if (version() > 1 && !what.equals(RepositoryConfig.KEY)) {
            byte[] compressed = Zstd.compress(document);
            plain = new byte[compressed.length + 1];
            plain[0] = COMPRESSED_DOCUMENT;
            System.arraycopy(compressed, 0, plain, 1, compressed.length);
        }
        byte[] sealed = key.seal(plain);
        if (!Arrays.equals(unseal(sealed, what), document)) {
            throw new IOException("a document does not decode to what was encoded: faulty memory?");
        }
        return sealed;
    }

    private byte[] unseal(byte[] sealed, String name) throws IOException {
        byte[] plain = key.open(sealed).orElseThrow(() -> unauthentic(name));
        if (plain.length > 0 && plain[0] == COMPRESSED_DOCUMENT && version() > 1) {
            return Zstd.decompress(plain, 1, plain.length - 1, MAX_BLOB_BYTES);
        }
        return plain;
    }

    /** Reads the configuration again, to see whether it is whole. */
    public void checkConfig() throws IOException {
        openConfig(key, objects.get(RepositoryConfig.KEY));
    }

    // Snapshots and index

    public SnapshotFile snapshot(ChunkId id) throws IOException {
        try {
            return SnapshotFile.parse(load(FileKind.SNAPSHOT, id));
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException(FileKind.SNAPSHOT.key(id), e);
        }
    }

    public ChunkId saveSnapshot(SnapshotFile snapshot) throws IOException {
        return save(FileKind.SNAPSHOT, snapshot.toJson());
    }

    /** Reads the index files that are not known yet. Call after the snapshots are known: they are written in that order. */
    public synchronized Index index() throws IOException {
        List<DamagedObjectException> damaged = new ArrayList<>();
        List<ChunkId> listed = list(FileKind.INDEX);
        indexFiles.keySet().retainAll(listed);
        for (ChunkId id : listed) {
            if (!indexFiles.containsKey(id)) {
                try {
                    indexFiles.put(id, readIndex(id));
                } catch (DamagedObjectException e) {
                    damaged.add(e);
                } catch (NoSuchFileException e) {
                    // replaced by another process since it was listed; then its packs are in a later one
                }
            }
        }
        Map<ChunkId, IndexFile> present = new LinkedHashMap<>();
        listed.forEach(id -> Stream.ofNullable(indexFiles.get(id)).forEach(file -> present.put(id, file)));
        return new Index(present, damaged);
    }

    /** Forgets what is known of the index files, so that {@link #index()} reads and checks each. */
    public synchronized void forgetIndex() {
        indexFiles.clear();
    }

    private IndexFile readIndex(ChunkId id) throws IOException {
        try {
            return IndexFile.parse(load(FileKind.INDEX, id));
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException(FileKind.INDEX.key(id), e);
        }
    }

    /**
     * Stores index files for the packs, which replace others; returns their names.
     *
     * <p>Only the last file says so: until it is there, the old ones count.
     */
    public List<ChunkId> saveIndex(List<Pack> packs, Collection<ChunkId> superseded) throws IOException {
        List<ChunkId> saved = new ArrayList<>();
        List<List<Pack>> parts = IndexFile.split(packs);
        for (List<Pack> part : parts) {
            boolean isLast = saved.size() == parts.size() - 1;
            Set<ChunkId> replaced = isLast ? Set.copyOf(superseded) : Set.of();
            saved.add(save(FileKind.INDEX, new IndexFile(replaced, part).toJson()));
        }
        return saved;
    }

    // Packs and blobs

    /** Stores a pack; it is durable on return. */
    void savePack(PackBuilder.Finished finished) throws IOException {
        objects.putIfAbsent(finished.pack().key(), finished.content());
    }

    /** Learns from a pack's own header what is in it. */
    public Pack readPackHeader(ChunkId id, long bytes) throws IOException {
        String name = FileKind.PACK.key(id);
        if (bytes < PackHeader.LENGTH_BYTES || bytes > ObjectStore.MAX_BYTES) {
            throw new DamagedObjectException(name, "it has " + bytes + " bytes");
        }
        int length =
                PackHeader.sealedLength(objects.get(name, bytes - PackHeader.LENGTH_BYTES, PackHeader.LENGTH_BYTES));
        if (length < SealKey.OVERHEAD_BYTES || length > bytes - PackHeader.LENGTH_BYTES) {
            throw new DamagedObjectException(name, "its header cannot have " + length + " bytes");
        }
        try {
            var pack = new Pack(
                    id, PackHeader.parse(objects.get(name, bytes - PackHeader.LENGTH_BYTES - length, length), key));
            if (pack.bytes() != bytes) {
                throw new IllegalArgumentException(
                        "header describes %d bytes, the file has %d".formatted(pack.bytes(), bytes));
            }
            return pack;
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException(name, e);
        }
    }

    /**
     * Reads a blob; if one copy is damaged, another.
     *
     * @throws DamagedObjectException if no copy is what its id says, or none is in the index
     */
    public byte[] blob(Index index, BlobType type, ChunkId id) throws IOException {
        DamagedObjectException first = null;
        for (Index.Place place : index.places(type, id)) {
            try {
                return blob(place);
            } catch (DamagedObjectException e) {
                first = first == null ? e : first;
            }
        }
        throw first == null
                ? new DamagedObjectException("blob " + id.hex(), "no index names a pack that holds it")
                : first;
    }

    /**
     * Reads one copy of a blob.
     *
     * @throws DamagedObjectException if it is not what its id says
     */
    public byte[] blob(Index.Place place) throws IOException {
        PackedBlob blob = place.blob();
        return decode(place.pack(), blob, readSealed(place.pack(), blob.offset(), blob.length()), 0);
    }

    /** Reads a part of a pack as it is stored. */
    public byte[] readSealed(ChunkId pack, long offset, int length) throws IOException {
        String name = FileKind.PACK.key(pack);
        try {
            return objects.get(name, offset, length);
        } catch (NoSuchFileException e) {
            throw new DamagedObjectException(name, "it is missing");
        } catch (EOFException e) {
            if (objects.size(name).orElse(0) < offset + length) {
                throw new DamagedObjectException(name, "it is too short");
            }
            throw e;
        }
    }

    /** Opens a blob and checks it against its id. */
    public byte[] decode(ChunkId pack, PackedBlob blob, byte[] source, int at) throws DamagedObjectException {
        String name = FileKind.PACK.key(pack);
        byte[] plain = key.open(source, at, blob.length()).orElseThrow(() -> unauthentic(name));
        if (blob.isCompressed()) {
            try {
                plain = Zstd.decompress(plain, 0, plain.length, blob.uncompressedLength());
            } catch (IOException e) {
                throw new DamagedObjectException(
                        name, "blob %s: %s".formatted(blob.id().hex(), e.getMessage()));
            }
        }
        if (!blob.id().matches(plain)) {
            throw new DamagedObjectException(
                    name, "blob %s has another SHA-256".formatted(blob.id().hex()));
        }
        return plain;
    }

    /** Compresses where that helps, seals, and decodes again. */
    SealedBlob encode(ChunkId id, byte[] plain) throws IOException {
        byte[] content = version() > 1 && plain.length > 0 ? Zstd.compress(plain) : plain;
        boolean shrinks = content.length < plain.length;
        byte[] sealed = key.seal(shrinks ? content : plain);
        int uncompressedLength = shrinks ? plain.length : 0;
        decode(id, new PackedBlob(BlobType.DATA, id, 0, sealed.length, uncompressedLength), sealed, 0);
        return new SealedBlob(sealed, uncompressedLength);
    }

    /** Reads a directory. */
    public Tree tree(Index index, ChunkId id) throws IOException {
        byte[] json = blob(index, BlobType.TREE, id);
        try {
            return Tree.parse(json);
        } catch (IllegalArgumentException e) {
            throw new DamagedObjectException("tree " + id.hex(), e);
        }
    }

    static DamagedObjectException unauthentic(String name) {
        return new DamagedObjectException(name, "it does not authenticate");
    }

    /** What goes into a pack. */
    static final class SealedBlob {
        private final byte[] bytes;
        private final int uncompressedLength;

        SealedBlob(byte[] bytes, int uncompressedLength) {
            this.bytes = bytes;
            this.uncompressedLength = uncompressedLength;
        }

        byte[] bytes() {
            return bytes;
        }

        int uncompressedLength() {
            return uncompressedLength;
        }
    }
}

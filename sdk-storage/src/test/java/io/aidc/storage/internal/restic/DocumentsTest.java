package io.aidc.storage.internal.restic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.storage.chunk.ChunkId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents of a repository: written, read again, and fed with garbage. */
class DocumentsTest {
    private static final ChunkId ID = ChunkId.of(new byte[] {1});
    private static final OffsetDateTime TIME = OffsetDateTime.parse("2026-11-21T12:00:00.123456789+01:00");
    private static final SealKey KEY = SealKey.random(new SecureRandom());

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void json_ofEveryType_isReadAsWritten() {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        document.put("text", "a\"\\\n\u0001ü☃𝄞/");
        document.put("long", Long.MIN_VALUE);
        document.put("double", 1.5);
        document.put("yes", true);
        document.put("none", null);
        document.put("list", List.of(List.of(), Map.of(), "x"));

        assertThat(new String(Json.write(document), StandardCharsets.UTF_8))
                .isEqualTo("{\"text\":\"a\\\"\\\\\\u000a\\u0001ü☃𝄞/\",\"long\":-9223372036854775808,\"double\":1.5,"
                        + "\"yes\":true,\"none\":null,\"list\":[[],{},\"x\"]}");
        JsonObject read = Json.parse(Json.write(document));
        assertThat(read.string("text")).isEqualTo(document.get("text"));
        assertThat(read.number("long", 0L)).isEqualTo(Long.MIN_VALUE);
        assertThat(read.flag("yes")).isTrue();
        assertThat(read.has("none")).isFalse();
        assertThat(read.number("absent", 7L)).isEqualTo(7);
    }

    @Test
    void json_blanksAndEscapes_areRead() {
        JsonObject read = Json.parse(utf8(" { \"a\" : [ 1 , -2e3 ] , \"b\\u0041\\/\\t\" : \"\\ud834\\udd1e\" } \n"));

        assertThat(read.string("bA/\t")).isEqualTo("𝄞");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "}",
                "[]",
                "1",
                "\"a\"",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{\"a\":1}x",
                "{\"a\":tru}",
                "{\"a\":--1}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12g4\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":[1 2]}",
                "{\"a\":'b'}"
            })
    void json_malformed_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Json.parse(utf8(text)));
    }

    @Test
    void json_nestedTooDeep_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.parse(utf8("{\"a\":" + "[".repeat(100_000))))
                .withMessageContaining("64 levels");
    }

    @Test
    void json_fieldOfAnotherType_isRefused() {
        JsonObject read = Json.parse(utf8("{\"a\":1,\"b\":\"x\",\"c\":[1],\"d\":{}}"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.string("a"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.string("absent"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.number("b", 0L));
        assertThatIllegalArgumentException().isThrownBy(() -> read.strings("c"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.objects("c"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.strings("d"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.id("b"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.time("b"));
        assertThatIllegalArgumentException().isThrownBy(() -> read.number("a", 0, 2, 3));
    }

    @Test
    void index_written_isReadAgainAndNamesWhatItReplaces() {
        var plain = new PackedBlob(BlobType.DATA, ID, 0, 100, 0);
        var compressed = new PackedBlob(BlobType.TREE, ID, 100, 50, 200);
        var file = new IndexFile(Set.of(ID), List.of(new Pack(ID, List.of(plain, compressed))));

        assertThat(IndexFile.parse(file.toJson())).isEqualTo(file);
        assertThat(new String(file.toJson(), StandardCharsets.UTF_8))
                .startsWith("{\"supersedes\":[\"" + ID.hex())
                .contains("\"type\":\"data\",\"offset\":0,\"length\":100}")
                .contains("\"length\":50,\"uncompressed_length\":200}");
    }

    @Test
    void index_superseded_isLeftOut() {
        ChunkId old = ChunkId.of(new byte[] {2});
        ChunkId oldPack = ChunkId.of(new byte[] {3});
        var blob = new PackedBlob(BlobType.DATA, ID, 0, 100, 0);
        Map<ChunkId, IndexFile> files = Map.of(
                old, new IndexFile(Set.of(), List.of(new Pack(oldPack, List.of(blob)))),
                ID, new IndexFile(Set.of(old), List.of(new Pack(ID, List.of(blob)))));

        var index = new Index(files, List.of());

        assertThat(index.packs()).hasSize(1);
        assertThat(index.find(BlobType.DATA, ID))
                .hasValueSatisfying(place -> assertThat(place.pack()).isEqualTo(ID));
        assertThat(index.contains(BlobType.TREE, ID)).isFalse();
        assertThat(index.files()).containsExactlyInAnyOrder(old, ID);
    }

    @Test
    void index_packSpreadOverFiles_isPutTogether() {
        var first = new PackedBlob(BlobType.DATA, ID, 0, 100, 0);
        var second = new PackedBlob(BlobType.DATA, ChunkId.of(new byte[] {9}), 100, 40, 0);
        Map<ChunkId, IndexFile> files = Map.of(
                ChunkId.of(new byte[] {4}), new IndexFile(Set.of(), List.of(new Pack(ID, List.of(second)))),
                ChunkId.of(new byte[] {5}), new IndexFile(Set.of(), List.of(new Pack(ID, List.of(first)))));

        var index = new Index(files, List.of());

        assertThat(index.pack(ID))
                .hasValueSatisfying(pack -> assertThat(pack.blobs()).containsExactly(first, second));
        assertThat(index.repeatedPacks()).containsExactly(ID);
    }

    @Test
    void index_large_isSplitBelow8MiB() {
        List<Pack> packs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ChunkId id = ChunkId.of(utf8("pack" + i));
            List<PackedBlob> blobs = new ArrayList<>();
            for (int b = 0; b < 1000; b++) {
                blobs.add(new PackedBlob(BlobType.DATA, id, 100_000_000 + b * 1000, 100_000_000, 100_000_000));
            }
            packs.add(new Pack(id, blobs));
        }

        List<List<Pack>> files = IndexFile.split(packs);

        assertThat(files).hasSize(3);
        assertThat(files.stream().mapToInt(List::size).sum()).isEqualTo(100);
        for (List<Pack> file : files) {
            assertThat(new IndexFile(Set.of(), file).toJson().length).isLessThan(8 << 20);
        }
        assertThat(IndexFile.split(List.of())).isEmpty();
    }

    @Test
    void snapshot_written_isReadAgain() {
        var snapshot = new SnapshotFile(TIME, ID, ID, List.of("/m"), "host", "user", List.of("a", "b"));
        var first = new SnapshotFile(TIME, null, ID, List.of(), "", "", List.of());

        assertThat(SnapshotFile.parse(snapshot.toJson())).isEqualTo(snapshot);
        assertThat(SnapshotFile.parse(first.toJson())).isEqualTo(first);
        assertThat(new String(snapshot.toJson(), StandardCharsets.UTF_8))
                .startsWith("{\"time\":\"2026-11-21T12:00:00.123456789+01:00\",\"parent\":\"" + ID.hex());
    }

    @Test
    void time_beyondTheFormat_isKeptWithin() {
        assertThat(JsonObject.format(OffsetDateTime.MAX)).startsWith("9999-");
        assertThat(JsonObject.format(OffsetDateTime.MIN)).startsWith("0000-");
    }

    @Test
    void tree_written_isSortedByUtf8AndReadAgain() {
        TreeNode bmp = TreeNode.file("\uFFFD", Instant.EPOCH, 3, List.of(ID));
        TreeNode beyond = TreeNode.file("𝄞", Instant.EPOCH, 0, List.of());
        TreeNode directory = TreeNode.directory("a", Instant.EPOCH, ID);

        var tree = new Tree(List.of(beyond, bmp, directory));

        assertThat(tree.nodes()).containsExactly(directory, bmp, beyond);
        assertThat(Tree.parse(tree.encode())).isEqualTo(tree);
        assertThat(tree.encode()[tree.encode().length - 1]).isEqualTo((byte) '\n');
        assertThat(new String(tree.encode(), StandardCharsets.UTF_8))
                .startsWith(
                        "{\"nodes\":[{\"name\":\"a\",\"type\":\"dir\",\"mode\":2147484141,\"mtime\":\"1970-01-01T00:00:00Z\"")
                .contains("\"content\":null,\"subtree\":\"" + ID.hex() + "\"}");
    }

    @Test
    void tree_twoEntriesOfOneName_isRefused() {
        TreeNode file = TreeNode.file("a", Instant.EPOCH, 0, List.of());
        assertThatIllegalArgumentException().isThrownBy(() -> new Tree(List.of(file, file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a\0"})
    void node_nameThatIsNoPlainPart_isRefused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> TreeNode.file(name, Instant.EPOCH, 0, List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain, plain",
                "a\\\\b, a\\b",
                "\\\", \"",
                "\\x41\\102\\u00fc\\U0001d11e, ABü𝄞",
                "\\xc3\\xbc, ü",
            })
    void unquote_ofGosQuoting_givesTheName(String quoted, String name) {
        assertThat(TreeNode.unquote(quoted)).isEqualTo(name);
        assertThat(TreeNode.unquote("\\a\\n\\t\\v")).isEqualTo("\u0007\n\t\u000b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "\\x4", "\\xff", "\\q", "\\u12", "\\U00110000", "\\9", "\\UFFFFFFFF"})
    void unquote_wrongEscape_isRefused(String quoted) {
        assertThatIllegalArgumentException().isThrownBy(() -> TreeNode.unquote(quoted));
    }

    @Test
    void packHeader_written_isReadAgain() {
        var first = new PackedBlob(BlobType.DATA, ID, 0, 100, 0);
        var second = new PackedBlob(BlobType.DATA, ID, 100, 40, 77);
        var third = new PackedBlob(BlobType.TREE, ID, 140, 50, 0);
        var fourth = new PackedBlob(BlobType.TREE, ID, 190, 60, 88);
        List<PackedBlob> blobs = List.of(first, second, third, fourth);

        byte[] header = PackHeader.encode(blobs, KEY);

        assertThat(header).hasSize(PackHeader.bytes(blobs)).hasSize(37 + 41 + 37 + 41 + 32 + 4);
        assertThat(PackHeader.sealedLength(Arrays.copyOfRange(header, header.length - 4, header.length)))
                .isEqualTo(header.length - 4);
        assertThat(PackHeader.parse(Arrays.copyOf(header, header.length - 4), KEY))
                .isEqualTo(blobs);
    }

    @Test
    void keyFile_unlockedWithItsPasswordOnly() {
        var origin = new KeyOrigin("host", "user", TIME);
        byte[] json = KeyFile.create(KEY, "ü☃".toCharArray(), new ScryptCost(16, 1, 1), origin)
                .toJson();
        KeyFile read = KeyFile.parse(json);

        assertThat(read.origin()).isEqualTo(origin);
        assertThat(read.unlock("ü☃".toCharArray()))
                .hasValueSatisfying(key -> assertThat(key.toJson()).isEqualTo(KEY.toJson()));
        assertThat(read.unlock("ü".toCharArray())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,8,1", "3,8,1", "65536,0,1", "65536,8,0", "65536,8,65", "1073741824,8,1", "16,65536,1", "-4,8,1"})
    void scryptCost_outOfBounds_isRefused(int n, int r, int p) {
        if (n == 16) {
            assertThat(new ScryptCost(n, r / 2, p).r()).isEqualTo(32_768);
        } else {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new ScryptCost(n, r, p))
                    .withMessageContaining("n=" + n);
        }
    }

    @Test
    void config_otherVersions_areRefused() {
        var config = RepositoryConfig.random(2, new SecureRandom());
        assertThat(RepositoryConfig.parse(config.toJson())).isEqualTo(config);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RepositoryConfig(3, "", ""))
                .withMessageContaining("got 3");
    }

    @Test
    void polynomial_published_isIrreducible() {
        assertThat(Polynomial.isIrreducible(0x3DA3358B4DC173L)).isTrue();
        assertThat(Polynomial.isIrreducible(0x25b468838dcb75L)).isTrue();
        assertThat(Polynomial.isIrreducible(0x25b468838dcb74L)).isFalse();
        assertThat(Polynomial.isIrreducible((1L << 53) | 1)).isFalse();
        assertThat(Polynomial.isIrreducible((square(0x25b4683L) & ((1L << 53) - 1)) | (1L << 53)))
                .isFalse();
    }

    @Test
    void polynomial_random_isIrreducibleAndDiffers() {
        var random = new Random(1);
        assertThat(LongStream.generate(() -> Polynomial.randomIrreducible(random))
                        .limit(20)
                        .filter(Polynomial::isIrreducible)
                        .distinct()
                        .count())
                .isEqualTo(20);
        // One in 53 polynomials is irreducible; one in 13 of those without a root. 1,000 tries fail with p < 1e-30.
        assertThat(LongStream.generate(random::nextLong)
                        .limit(1000)
                        .map(f -> (f & ((1L << 53) - 1)) | (1L << 53) | 1)
                        .filter(Polynomial::isIrreducible)
                        .count())
                .isBetween(10L, 90L);
    }

    private static long square(long f) {
        long result = 0;
        for (int i = 0; i < 26; i++) {
            result |= ((f >>> i) & 1) << (2 * i);
        }
        return result;
    }

    private static LongStream seeds() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void parsers_fedWithGarbage_throwOnlyWhatTheySay(long seed) {
        var random = new Random(seed);
        var blob = new PackedBlob(BlobType.DATA, ID, 0, 100, 0);
        var index = new IndexFile(Set.of(ID), List.of(new Pack(ID, List.of(blob))));
        var snapshot = new SnapshotFile(TIME, ID, ID, List.of("/m"), "host", "user", List.of("a"));
        var tree = new Tree(
                List.of(TreeNode.file("a", Instant.EPOCH, 1, List.of(ID)), TreeNode.directory("b", Instant.EPOCH, ID)));
        byte[] keyFile = KeyFile.create(KEY, new char[] {'x'}, new ScryptCost(2, 1, 1), new KeyOrigin("", "", TIME))
                .toJson();
        byte[] header = PackHeader.encode(List.of(blob, new PackedBlob(BlobType.TREE, ID, 100, 50, 60)), KEY);
        byte[] plainHeader = KEY.open(header, 0, header.length - 4).orElseThrow();
        feed(random, index.toJson(), IndexFile::parse);
        feed(random, snapshot.toJson(), SnapshotFile::parse);
        feed(random, tree.encode(), Tree::parse);
        feed(random, keyFile, KeyFile::parse);
        feed(random, KEY.toJson(), bytes -> SealKey.parse(Json.parse(bytes)));
        feed(random, RepositoryConfig.random(1, new SecureRandom()).toJson(), RepositoryConfig::parse);
        feed(random, plainHeader, bytes -> PackHeader.parse(KEY.seal(bytes), KEY));
        feed(
                random,
                utf8("a\\x41\\u0041\\U00000041\\101\\n"),
                bytes -> TreeNode.unquote(new String(bytes, StandardCharsets.UTF_8)));
    }

    private static void feed(Random random, byte[] valid, Consumer<byte[]> parser) {
        parser.accept(valid);
        for (int i = 0; i < 40; i++) {
            byte[] mutated =
                    Arrays.copyOf(valid, random.nextInt(4) == 0 ? random.nextInt(valid.length + 1) : valid.length);
            for (int changes = random.nextInt(4); changes >= 0 && mutated.length > 0; changes--) {
                byte[] alphabet = utf8("{}[]\",:\\u0-9enull \u0000é");
                mutated[random.nextInt(mutated.length)] =
                        random.nextBoolean() ? alphabet[random.nextInt(alphabet.length)] : (byte) random.nextInt();
            }
            try {
                parser.accept(mutated);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).isNotNull();
            }
        }
    }
}

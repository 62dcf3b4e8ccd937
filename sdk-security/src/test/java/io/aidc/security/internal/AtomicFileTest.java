package io.aidc.security.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path directory;

    @Test
    void replace_existingFile_holdsTheNewContent() throws IOException {
        Path target = Files.writeString(directory.resolve("a"), "old");
        AtomicFile.replace(target, AtomicFile.Access.UMASK, out -> out.write('n'));
        assertThat(target).hasContent("n");
        assertThat(directory).isDirectoryContaining(target::equals);
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void replace_bodyFails_leavesTheOldFileAndNothingElse() throws IOException {
        Path target = Files.writeString(directory.resolve("a"), "old");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> AtomicFile.replace(target, AtomicFile.Access.OWNER, out -> {
                    out.write('n');
                    throw new IOException("source broke");
                }))
                .withMessageContaining("source broke")
                .withMessageContaining(target.toString());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> AtomicFile.replace(target, AtomicFile.Access.UMASK, out -> {
                    throw new AssertionError("an error");
                }));
        assertThat(target).hasContent("old");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void replace_missingDirectory_isNamed() {
        Path target = directory.resolve("none").resolve("a");
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> AtomicFile.replace(target, AtomicFile.Access.OWNER, out -> {}))
                .withCauseInstanceOf(NoSuchFileException.class);
    }

    @Test
    void create_existingFile_isRefusedAndKept() throws IOException {
        Path target = directory.resolve("a");
        AtomicFile.create(target, AtomicFile.Access.OWNER, out -> out.write('1'));
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> AtomicFile.create(target, AtomicFile.Access.OWNER, out -> out.write('2')))
                .withCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(target).hasContent("1");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void create_fileSystemWithoutLinks_movesInstead() throws IOException {
        for (Exception refusal : List.of(
                new FileSystemException("a", "b", "Operation not permitted"), new UnsupportedOperationException())) {
            Path target = directory.resolve("a");
            AtomicFile.create(target, AtomicFile.Access.OWNER, out -> out.write('1'), withoutLinks(refusal));
            assertThatExceptionOfType(VaultIoException.class)
                    .isThrownBy(() -> AtomicFile.create(
                            target, AtomicFile.Access.OWNER, out -> out.write('2'), withoutLinks(refusal)))
                    .withCauseInstanceOf(FileAlreadyExistsException.class);
            assertThat(target).hasContent("1");
            assertThat(directory.toFile().list()).hasSize(1);
            Files.delete(target);
        }
    }

    @Test
    void replace_directoryIsNotFlushed_isSaidThoughTheFileIsThere() {
        Path target = directory.resolve("a");
        AtomicFile.Disk broken = new AtomicFile.Disk() {
            @Override
            void flush(Path flushed) throws IOException {
                throw new IOException("cannot flush " + flushed);
            }
        };
        assertThatExceptionOfType(VaultIoException.class)
                .isThrownBy(() -> AtomicFile.replace(target, AtomicFile.Access.UMASK, out -> out.write('1'), broken))
                .withMessageContaining("cannot flush " + directory);
        assertThat(target).hasContent("1");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void flush_directoryThatCannotBeOpened_fails() {
        assertThatIOException().isThrownBy(() -> new AtomicFile.Disk().flush(directory.resolve("none")));
    }

    private static AtomicFile.Disk withoutLinks(Exception refusal) {
        return new AtomicFile.Disk() {
            @Override
            void link(Path name, Path existing) throws IOException {
                if (refusal instanceof IOException failure) {
                    throw failure;
                }
                throw (RuntimeException) refusal;
            }
        };
    }

    @Test
    void replace_ownerAccess_givesOthersNothing() throws IOException {
        Assumptions.assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
        Path target = directory.resolve("a");
        AtomicFile.replace(target, AtomicFile.Access.OWNER, out -> {});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
                .isEqualTo("rw-------");
    }
}

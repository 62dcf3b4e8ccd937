package io.aidc.security.signing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where the files of a model come from: a directory, memory, or an implementation of the caller's, such as one that decrypts.
 * Neither signer nor verifier asks for more, and both check the names themselves.
 *
 * {@snippet class="io.aidc.security.signing.SigningSnippetsTest" region="files"}
 *
 * <p>Implementations list the same names and give the same content each time for as long as they are used, and may be
 * called by several threads at once if signer or verifier were told to use several. {@code ModelFilesContract}, among the
 * tests of this module, shows what the test of an implementation has to check: copy it.
 *
 * <p><em>Thread-safe: implementations must be.</em>
 */
public interface ModelFiles {
    /**
     * Lists all files.
     *
     * @return names relative to the model, with {@code /}, in any order; the one name {@code .} if the model is a single file
     * @throws IOException if they cannot be listed
     */
    List<String> names() throws IOException;

    /**
     * Opens a file for reading.
     *
     * @param name one of {@link #names()}
     * @return a channel of its own for this call, at position 0, the caller's to close; it need not be writable. Reading
     *     gives one byte at least, or the end.
     * @throws IOException if there is no such file, or it cannot be opened
     */
    SeekableByteChannel open(String name) throws IOException;

    /**
     * Reads a model from the file system. Symbolic links inside the model, and whatever is neither file nor directory, are
     * refused when the files are listed. A model may hold 1 000 000 files and directories, 64 levels deep.
     *
     * @param model a directory or a single file; not looked at before {@link #names()}
     * @return its files
     */
    static ModelFiles at(Path model) {
        return new ModelTree(model, ModelTree.Links.REFUSED, Ignored.NOTHING);
    }

    /**
     * Reads a model from memory.
     *
     * @param contents buffers by name, each from its position to its limit; the map is copied, the bytes are not and must not
     *     change meanwhile
     * @return its files
     */
    static ModelFiles of(Map<String, ByteBuffer> contents) {
        return new MemoryFiles(contents);
    }
}

package io.aidc.storage.cli;

import io.aidc.storage.ReplicatedStore;
import io.aidc.storage.StorageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line: {@code java -cp … io.aidc.storage.cli.StoreCommand <command>}.
 *
 * <p>It asks a running node by the socket of an {@link OperatorSocket}, or opens a node's directory itself if the node is not
 * running. Only {@code restore}, and {@code put} with {@code --create}, make a store where there is none, and only {@code
 * backup} with {@code --create} a repository. Exit codes: 0 done, 1 failed or damage found, 2 wrong usage. With
 * {@code --json} each result is one JSON object on a line of standard output, in ASCII.
 */
public final class StoreCommand {
    static final int OK = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;

    private static final String USAGE = """
            usage: store <command> --socket FILE [options]                 a node that is running
                   store <command> --directory DIR --node ID [options]    a node that is not

            status                          role, leader, members
            ls [NAME]                       names, or the versions, aliases and tags of one
            put NAME VERSION PATH           publish a file or directory  [--move ALIAS] [--tag TAG] [--by WHO]
                                            [--create], to make a store where --directory has none
            get NAME@VERSION TARGET         write a version's files into a new directory
            history NAME                    who did what
            move NAME ALIAS VERSION         point an alias at a version, for instance to roll back  [--by WHO]
            delete NAME VERSION             delete a version at which no alias points  [--by WHO]
            gc                              delete content that no version needs
            verify                          read every chunk, heal what can be healed; with --repository from backups, too
            add ID@HOST:PORT, remove ID     change the nodes of a cluster
            backup                          [--kind full|incremental|differential]
                                            [--create], to make a repository where there is none
            snapshots, check [--part n/t]   list and check backups
            drill --scratch DIR             prove that the latest backup can be restored  [--files N]
            restore --to TIME               into an empty store, such as 2026-11-21T12:00:00Z
            forget --keep-last N            or --keep-hourly N, --keep-daily N …; prunes, too
            prune                           delete what no backup needs

            a cluster's node: --node ID@HOST:PORT --peers ID@HOST:PORT,…  [--trusted-network]
            backups: --repository DIR, or --s3 https://HOST/BUCKET/PREFIX [--region R] and AWS_… in the environment;
                     --password-file FILE, or AIDC_BACKUP_PASSWORD in the environment
            archive commands for restores to any second: --archive
            output: --json, --quiet
            """;

    private StoreCommand() {}

    /**
     * Runs one command and ends the process.
     *
     * @param words the command, its operands and options
     */
    public static void main(String[] words) {
        System.exit(run(words, System.out, System.err, System.getenv(), isTerminal()));
    }

    /** From Java 22 on there is a console even where nobody looks, and it can be asked. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        var console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    static int run(
            String[] words, PrintStream out, PrintStream err, Map<String, String> environment, boolean terminal) {
        var caller = new Caller(environment, Path.of("").toAbsolutePath(), terminal);
        return run(words, caller, null, out, err);
    }

    /** @param running the store to use; null to do as the options say */
    static int run(String[] words, Caller caller, @Nullable ReplicatedStore running, PrintStream out, PrintStream err) {
        var console = new Console(out, err, List.of(words).contains("--json"), false, System::nanoTime);
        try {
            Arguments arguments = Arguments.parse(words);
            boolean bars = caller.terminal() && !arguments.has("quiet") && !arguments.has("json");
            console = new Console(out, err, arguments.has("json"), bars, System::nanoTime);
            if (arguments.has("help")) {
                out.print(USAGE);
                return OK;
            }
            String socket = arguments.value("socket");
            if (socket != null && arguments.has("directory")) {
                throw new UsageException("--socket asks a running node and --directory opens one: give one of them");
            }
            if (socket != null && running == null) {
                var request = new OperatorRequest(List.of(words), caller);
                return OperatorClient.ask(request, caller.base().resolve(socket), out, err);
            }
            var places = new Places(arguments, caller, running);
            return new Commands(arguments, places, console).run() ? OK : FAILED;
        } catch (UsageException e) {
            console.failure(e.getMessage() + "; see --help");
            return WRONG_USAGE;
        } catch (IOException e) {
            console.failure(inWords(e));
            return FAILED;
        } catch (StorageException | IllegalArgumentException | IllegalStateException e) {
            console.failure(String.valueOf(e.getMessage()));
            return FAILED;
        }
    }

    private static String inWords(IOException e) {
        if (e instanceof FileSystemException file) {
            return file.getMessage() + reason(file);
        }
        boolean spoken =
                e.getClass() == IOException.class || e.getClass().getName().startsWith("io.aidc.");
        return spoken && e.getMessage() != null ? e.getMessage() : e.toString();
    }

    /** What the JDK tells by the class alone. */
    private static String reason(FileSystemException e) {
        if (e.getReason() != null) {
            return "";
        }
        if (e instanceof NoSuchFileException) {
            return ": there is no such file or directory";
        }
        if (e instanceof FileAlreadyExistsException) {
            return ": exists already";
        }
        if (e instanceof AccessDeniedException) {
            return ": permission denied";
        }
        return e instanceof NotDirectoryException
                ? ": is not a directory"
                : ": " + e.getClass().getSimpleName();
    }
}

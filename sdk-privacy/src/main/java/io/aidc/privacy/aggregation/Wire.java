package io.aidc.privacy.aggregation;

import io.aidc.privacy.aggregation.Content.Advertisement;
import io.aidc.privacy.aggregation.Content.Box;
import io.aidc.privacy.aggregation.Content.Inbox;
import io.aidc.privacy.aggregation.Content.Keys;
import io.aidc.privacy.aggregation.Content.Masked;
import io.aidc.privacy.aggregation.Content.PeerKeys;
import io.aidc.privacy.aggregation.Content.Request;
import io.aidc.privacy.aggregation.Content.Revealed;
import io.aidc.privacy.aggregation.Content.SecretShare;
import io.aidc.privacy.aggregation.Content.Shares;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The binary form of messages: version 1, kind 1 to 7, round (32 bytes), client (4), content.
 *
 * <p>Lists are a count (4 bytes) and entries of fixed size; a count is checked against the bytes that are left before
 * anything is allocated. Nothing may follow the content.
 */
final class Wire {
    static final int ROUND_BYTES = 32;
    /** A box holds a share of the seed and one of the mask key. */
    static final int BOX_BYTES = 2 * Shamir.SHARE_BYTES + KeySchedule.TAG_BYTES;

    private static final byte VERSION = 1;
    private static final int HEADER_BYTES = 2 + ROUND_BYTES + Integer.BYTES;
    private static final int PEER_KEYS = Integer.BYTES + 2 * X25519.KEY_BYTES;
    private static final int BOX = Integer.BYTES + BOX_BYTES;
    private static final int SECRET_SHARE = Integer.BYTES + Shamir.SHARE_BYTES;

    private final ByteBuffer buffer;

    private Wire(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    static byte[] write(SecureSumMessage message) {
        Content content = message.content();
        byte[] bytes = new byte[HEADER_BYTES + size(content)];
        var wire = new Wire(ByteBuffer.wrap(bytes));
        wire.buffer.put(VERSION).put(kind(content));
        wire.put(message.round());
        wire.buffer.putInt(message.client());
        wire.put(content);
        return bytes;
    }

    static SecureSumMessage read(byte[] bytes) {
        if (bytes.length < HEADER_BYTES || bytes[0] != VERSION) {
            throw new IllegalArgumentException(
                    "not a secure-sum message of version %d: %d bytes".formatted(VERSION, bytes.length));
        }
        var wire = new Wire(ByteBuffer.wrap(bytes, 2, bytes.length - 2));
        Bytes round = wire.bytes(ROUND_BYTES);
        int client = wire.index();
        Content content = wire.content(bytes[1]);
        if (wire.buffer.hasRemaining()) {
            throw new IllegalArgumentException("%d bytes follow the message".formatted(wire.buffer.remaining()));
        }
        return new SecureSumMessage(round, client, content);
    }

    private static byte kind(Content content) {
        if (content instanceof Advertisement) {
            return 1;
        } else if (content instanceof Keys) {
            return 2;
        } else if (content instanceof Shares) {
            return 3;
        } else if (content instanceof Inbox) {
            return 4;
        } else if (content instanceof Masked) {
            return 5;
        }
        return (byte) (content instanceof Request ? 6 : 7);
    }

    private static int size(Content content) {
        if (content instanceof Advertisement) {
            return 2 * X25519.KEY_BYTES;
        } else if (content instanceof Keys keys) {
            return Integer.BYTES + PEER_KEYS * keys.peers().size();
        } else if (content instanceof Shares shares) {
            return KeySchedule.KEY_BYTES + Integer.BYTES + BOX * shares.boxes().size();
        } else if (content instanceof Inbox inbox) {
            return Integer.BYTES + BOX * inbox.boxes().size();
        } else if (content instanceof Masked masked) {
            return Integer.BYTES + masked.words().length();
        } else if (content instanceof Request request) {
            return Integer.BYTES * (3 + request.stayed().size() + request.left().size());
        }
        var revealed = (Revealed) content;
        return 2 * Integer.BYTES
                + SECRET_SHARE * (revealed.seeds().size() + revealed.maskKeys().size());
    }

    private void put(Content content) {
        if (content instanceof Advertisement advertisement) {
            put(advertisement.shareKey());
            put(advertisement.maskKey());
        } else if (content instanceof Keys keys) {
            buffer.putInt(keys.peers().size());
            for (PeerKeys peer : keys.peers()) {
                buffer.putInt(peer.client());
                put(peer.shareKey());
                put(peer.maskKey());
            }
        } else if (content instanceof Shares shares) {
            put(shares.commitment());
            putBoxes(shares.boxes());
        } else if (content instanceof Inbox inbox) {
            putBoxes(inbox.boxes());
        } else if (content instanceof Masked masked) {
            buffer.putInt(masked.words().length());
            put(masked.words());
        } else if (content instanceof Request request) {
            buffer.putInt(request.survivors());
            putIndices(request.stayed());
            putIndices(request.left());
        } else if (content instanceof Revealed revealed) {
            putShares(revealed.seeds());
            putShares(revealed.maskKeys());
        }
    }

    private void put(Bytes bytes) {
        buffer.put(bytes.array());
    }

    private void putBoxes(List<Box> boxes) {
        buffer.putInt(boxes.size());
        for (Box box : boxes) {
            buffer.putInt(box.peer());
            put(box.sealed());
        }
    }

    private void putIndices(List<Integer> indices) {
        buffer.putInt(indices.size());
        indices.forEach(buffer::putInt);
    }

    private void putShares(List<SecretShare> shares) {
        buffer.putInt(shares.size());
        for (SecretShare share : shares) {
            buffer.putInt(share.owner());
            put(share.share());
        }
    }

    private Content content(byte kind) {
        return switch (kind) {
            case 1 -> new Advertisement(bytes(X25519.KEY_BYTES), bytes(X25519.KEY_BYTES));
            case 2 ->
                new Keys(
                        list(PEER_KEYS, () -> new PeerKeys(index(), bytes(X25519.KEY_BYTES), bytes(X25519.KEY_BYTES))));
            case 3 -> new Shares(bytes(KeySchedule.KEY_BYTES), boxes());
            case 4 -> new Inbox(boxes());
            case 5 -> new Masked(bytes(count(1)));
            case 6 -> new Request(index(), list(Integer.BYTES, this::index), list(Integer.BYTES, this::index));
            case 7 -> new Revealed(shares(), shares());
            default -> throw new IllegalArgumentException("kind must be in 1 to 7, got " + kind);
        };
    }

    private List<Box> boxes() {
        return list(BOX, () -> new Box(index(), bytes(BOX_BYTES)));
    }

    private List<SecretShare> shares() {
        return list(SECRET_SHARE, () -> new SecretShare(index(), bytes(Shamir.SHARE_BYTES)));
    }

    private <T> List<T> list(int entryBytes, Supplier<T> entry) {
        int count = count(entryBytes);
        List<T> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            entries.add(entry.get());
        }
        return List.copyOf(entries);
    }

    private int count(int entryBytes) {
        int count = index();
        if (count > buffer.remaining() / entryBytes) {
            throw new IllegalArgumentException(
                    "%d entries of %d bytes announced, %d bytes left".formatted(count, entryBytes, buffer.remaining()));
        }
        return count;
    }

    private int index() {
        require(Integer.BYTES);
        int value = buffer.getInt();
        if (value < 0) {
            throw new IllegalArgumentException("a count or client number must be >= 0, got " + value);
        }
        return value;
    }

    private Bytes bytes(int length) {
        require(length);
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return Bytes.owning(bytes);
    }

    private void require(int length) {
        if (buffer.remaining() < length) {
            throw new IllegalArgumentException(
                    "the message is cut short: %d bytes wanted, %d left".formatted(length, buffer.remaining()));
        }
    }
}

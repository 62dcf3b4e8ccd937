package io.aidc.storage.ratis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A batch on its way to the leader: one byte length of the sender's id, the id, the batch. Only the batch enters the log.
 *
 * @param sender the node that sends it
 * @param batch its commands, encoded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SentBatch(String sender, byte[] batch) {
    Message encode() {
        byte[] id = sender.getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[1 + id.length + batch.length];
        bytes[0] = (byte) id.length;
        System.arraycopy(id, 0, bytes, 1, id.length);
        System.arraycopy(batch, 0, bytes, 1 + id.length, batch.length);
        return Message.valueOf(ByteString.copyFrom(bytes));
    }

    /** @throws IllegalArgumentException if the message is something else */
    static SentBatch decode(Message message) {
        byte[] bytes = message.getContent().toByteArray();
        int end = bytes.length == 0 ? 0 : 1 + bytes[0];
        if (end < 1 || end > bytes.length) {
            throw new IllegalArgumentException("not a batch with a sender");
        }
        return new SentBatch(
                new String(bytes, 1, end - 1, StandardCharsets.US_ASCII), Arrays.copyOfRange(bytes, end, bytes.length));
    }
}

package io.aidc.storage.chunk;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes safetensors files. */
final class SafetensorsFile {
    private SafetensorsFile() {}

    static byte[] of(Map<String, byte[]> tensors, String metadata) {
        var header = new StringBuilder("{\"__metadata__\":{\"note\":\"" + metadata + "\"}");
        var data = new ByteArrayOutputStream();
        tensors.forEach((name, bytes) -> {
            header.append(",\"%s\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                    .formatted(name, bytes.length, data.size(), data.size() + bytes.length));
            data.writeBytes(bytes);
        });
        return withHeader(header.append('}').toString(), data.toByteArray());
    }

    static byte[] withHeader(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }
}

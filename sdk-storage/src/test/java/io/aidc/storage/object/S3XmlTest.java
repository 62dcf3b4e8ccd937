package io.aidc.storage.object;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.storage.object.ObjectStore.Listed;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class S3XmlTest {
    private static final String PAGE = """
            <?xml version="1.0" encoding="UTF-8"?>
            <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Name>bucket</Name><Prefix/><KeyCount>2</KeyCount><IsTruncated>true</IsTruncated>
              <!-- Key -->
              <Contents><Key>a&amp;b</Key><Owner><Key>x</Key></Owner><Size>3</Size></Contents>
              <Contents><Key><![CDATA[c<d]]></Key><Size>9223372036854775807</Size></Contents>
              <CommonPrefixes><Prefix>Key</Prefix></CommonPrefixes>
              <NextContinuationToken>t&#x41;</NextContinuationToken>
            </ListBucketResult>
            """;

    @Test
    void page_document_isRead() throws IOException {
        S3Xml.Page page = S3Xml.page(PAGE.getBytes(UTF_8));

        assertThat(page.objects()).containsExactly(new Listed("a&b", 3), new Listed("c<d", Long.MAX_VALUE));
        assertThat(page.next()).isEqualTo("tA");
    }

    @Test
    void page_lastOne_hasNoNext() throws IOException {
        String last = PAGE.replace(">true<", ">false<");

        assertThat(S3Xml.page(last.getBytes(UTF_8)).next()).isEmpty();
        assertThat(S3Xml.page("<ListBucketResult/>".getBytes(UTF_8)))
                .isEqualTo(new S3Xml.Page(java.util.List.of(), ""));
    }

    @Test
    void page_deepNesting_isRefused() {
        String deep = "<ListBucketResult>" + "<a>".repeat(100_000);

        assertThatThrownBy(() -> S3Xml.page(deep.getBytes(UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("deeper than 16");
    }

    @Test
    void page_notUtf8_isRefused() {
        byte[] latin =
                "<ListBucketResult>\u00E4</ListBucketResult>".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        assertThatThrownBy(() -> S3Xml.page(latin)).isInstanceOf(IOException.class);
    }

    @Test
    void error_document_isRead() {
        byte[] document = "<Error><Code>SlowDown</Code><Message>m</Message></Error>".getBytes(UTF_8);

        assertThat(S3Xml.error(document)).isEqualTo(Map.of("Code", "SlowDown", "Message", "m"));
        assertThat(S3Xml.error(PAGE.getBytes(UTF_8))).isEmpty();
        assertThat(S3Xml.error(new byte[0])).isEmpty();
    }

    @Test
    void page_damagedDocuments_areReadOrRefused() {
        byte[] good = PAGE.getBytes(UTF_8);
        byte[] words = "<>/&;!?[]\"'=-# \0\u0085".getBytes(UTF_8);
        var random = new Random(1);
        int refused = 0;
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int change = random.nextInt(4); change >= 0 && damaged.length > 0; change--) {
                damaged[random.nextInt(damaged.length)] =
                        random.nextBoolean() ? words[random.nextInt(words.length)] : (byte) random.nextInt(256);
            }
            try {
                S3Xml.page(damaged);
                read++;
            } catch (IOException e) {
                refused++;
            }
            S3Xml.error(damaged);
        }
        assertThat(read).isPositive();
        assertThat(refused).isGreaterThan(5_000);
    }
}

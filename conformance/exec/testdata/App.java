import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shop that knows nothing of a simulator: it names the real addresses, and its keys come from where shops keep them. The argument says by
 * what it calls: client (java.net.http) or connection (HttpURLConnection).
 */
public class App {
    static boolean byClient;

    public static void main(String[] args) throws Exception {
        byClient = args[0].equals("client");
        String held = pay("4111111111111111", 1000, false);
        String id = text(held, "\"object\":\"charge\",\"id\":\"(.*?)\"");
        System.out.println("created " + text(held, "\"amount\":(\\d+)") + " " + text(held, "\"outcome\":\\{\"type\":\"(.*?)\""));
        String taken = post("https://api.culqi.com/v2/charges/" + id + "/capture", "CULQI_SECRET_KEY", "{}");
        System.out.println("captured " + text(taken, "\"object\":\"charge\",\"id\":\"(.*?)\"").equals(id));
        String back = post("https://api.culqi.com/v2/refunds", "CULQI_SECRET_KEY",
                "{\"amount\":400,\"charge_id\":\"" + id + "\",\"reason\":\"solicitud_comprador\"}");
        System.out.println("refunded " + text(back, "\"amount\":(\\d+)") + " " + text(back, "\"charge_id\":\"(.*?)\"").equals(id));
        String refused = pay("4000020000000000", 700, true);
        System.out.println("declined " + text(refused, "\"type\":\"(.*?)\"") + " " + text(refused, "\"decline_code\":\"(.*?)\""));
    }

    static String pay(String card, int amount, boolean capture) throws Exception {
        String token = post("https://secure.culqi.com/v2/tokens", "CULQI_PUBLIC_KEY", "{\"card_number\":\"" + card
                + "\",\"cvv\":\"123\",\"expiration_month\":\"09\",\"expiration_year\":\"2030\",\"email\":\"ann@example.com\"}");
        return post("https://api.culqi.com/v2/charges", "CULQI_SECRET_KEY", "{\"amount\":" + amount
                + ",\"currency_code\":\"PEN\",\"email\":\"ann@example.com\",\"source_id\":\"" + text(token, "\"id\":\"(.*?)\"")
                + "\",\"capture\":" + capture + "}");
    }

    static String post(String url, String key, String body) throws Exception {
        String bearer = "Bearer " + System.getenv(key);
        if (byClient) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json")
                    .header("Authorization", bearer).POST(HttpRequest.BodyPublishers.ofString(body)).build();
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
        HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("Authorization", bearer);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        try (InputStream answer = connection.getResponseCode() < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static String text(String json, String pattern) {
        Matcher m = Pattern.compile(pattern).matcher(json);
        if (!m.find()) {
            throw new IllegalStateException("no " + pattern + " in " + json);
        }
        return m.group(1);
    }
}

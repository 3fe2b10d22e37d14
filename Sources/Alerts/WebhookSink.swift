import CCurl
package import Foundation

/// Posts alerts to a URL as JSON, over one connection that is kept open (libcurl).
///
/// All unsafe code about libcurl stands in this file.
@safe
package final class WebhookSink: AlertSink {
  /// Milliseconds to connect, and for a whole exchange.
  package struct Patience: Sendable {
    package var connect = 5_000
    package var whole = 10_000
    package init() {}
  }

  private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  private let handle: UnsafeMutableRawPointer?
  /// Scheme and host: the rest of a webhook's URL is often its secret, and stands in no message.
  private let place: String

  /// Makes a sink; nothing is connected before the first alert.
  ///
  /// - Parameters:
  ///   - url: Where alerts go.
  ///   - application: The program and its version.
  ///   - patience: How long an exchange may take.
  package init(url: URL, application: String, patience: Patience = Patience()) {
    place = "\(url.scheme ?? "http")://\(url.host() ?? "")"
    unsafe handle = Self.isReady ? curl_easy_init() : nil
    guard let handle = unsafe handle else { return }
    // libcurl copies every text.
    unsafe curl_set_text(handle, CURLOPT_URL, url.absoluteString)
    unsafe curl_set_text(handle, CURLOPT_PROTOCOLS_STR, "http,https")
    unsafe curl_set_text(handle, CURLOPT_USERAGENT, application)
    // No signals: other threads have their own ideas of them.
    unsafe curl_set_number(handle, CURLOPT_NOSIGNAL, 1)
    unsafe curl_set_number(handle, CURLOPT_FOLLOWLOCATION, 0)
    unsafe curl_set_number(handle, CURLOPT_CONNECTTIMEOUT_MS, patience.connect)
    unsafe curl_set_number(handle, CURLOPT_TIMEOUT_MS, patience.whole)
    unsafe curl_set_number(handle, CURLOPT_POST, 1)
    unsafe curl_set_discard(handle)
  }

  deinit { if let handle = unsafe handle { unsafe curl_easy_cleanup(handle) } }

  /// Whether a text is a URL that can be posted to.
  ///
  /// - Parameter text: The text.
  /// - Returns: The URL; nothing if it is none of `http` or `https` with a host.
  package static func url(_ text: String) -> URL? {
    guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme),
      url.host()?.isEmpty == false
    else { return nil }
    return url
  }

  /// Posts the alert's line.
  package func deliver(_ alert: Alert) -> Delivery {
    guard let handle = unsafe handle else { return .unreachable("libcurl cannot be used") }
    // The same for every try of an alert, so that a receiver can tell a second try from a second alert.
    var headers = unsafe curl_slist_append(nil, "Idempotency-Key: \"\(alert.uid)-\(alert.number)\"")
    unsafe headers = curl_slist_append(headers, "Content-Type: application/json")
    // A receiver that is asked whether it would take the body costs a second where it does not answer that.
    unsafe headers = curl_slist_append(headers, "Expect:")
    defer { unsafe curl_slist_free_all(headers) }
    unsafe curl_set_headers(handle, headers)
    unsafe curl_set_number(handle, CURLOPT_POSTFIELDSIZE, alert.json.utf8.count)
    // Copied, as long as was said in the line above.
    unsafe curl_set_text(handle, CURLOPT_COPYPOSTFIELDS, alert.json)
    let code = unsafe curl_easy_perform(handle)
    guard code == CURLE_OK else {
      return .unreachable("\(place): \(unsafe String(cString: curl_easy_strerror(code)))")
    }
    var status = 0
    // The pointer is to a local that lives through the call.
    unsafe curl_get_status(handle, &status)
    return Self.delivery(status, place)
  }

  /// What an answer means (RFC 9110 section 15; RFC 6585 for 429).
  static func delivery(_ status: Int, _ place: String) -> Delivery {
    let words = "\(place) answers \(status)"
    return switch status {
    case 200..<300: .taken
    case 408, 425, 429, 502, 503, 504: .unreachable(words)
    case 500..<600: .failed(words)
    default: .refused(words)
    }
  }
}

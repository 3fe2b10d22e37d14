import Capture
import FlyingFox
import FlyingSocks
import Foundation
import POSIX
import Synchronization

/// Answers `GET /metrics` and `GET /healthz` over HTTP, with what was published last.
///
/// It runs on Swift's own threads: the thread that captures only publishes.
package final class MetricsServer: Sendable {
  /// Seconds after which a capture that publishes nothing counts as stuck.
  private static let patience: Double = 10
  /// Before it listens again.
  private static let pause = Duration.seconds(1)

  /// What is answered.
  package struct State: Sendable {
    /// The metrics.
    package var families: [MetricFamily]
    /// What is wrong with the capture; empty if nothing is.
    package var faults: [String]

    /// Makes a state.
    package init(families: [MetricFamily] = [], faults: [String] = []) {
      self.families = families
      self.faults = faults
    }
  }

  private let shared = Mutex((state: State(), time: ContinuousClock.now))
  /// Whether it listened once.
  private let hasListened = Atomic<Bool>(false)

  /// Listens.
  ///
  /// - Parameter place: An address, or `localhost`, and a port.
  /// - Throws: If the address is none or cannot be listened on.
  package init(_ place: NetworkPlace) throws {
    let first = try Self.server(at: place)
    let outcome = Channel<String?>()
    // Above what else Swift's threads may have to do, whoever waits for them below.
    Task(priority: .high) { [self] in
      var server = first
      while true {
        await server.appendRoute("GET /metrics") { (request: HTTPRequest) in
          self.metrics(request.headers[HTTPHeader("Accept")])
        }
        await server.appendRoute("GET /healthz") { (_: HTTPRequest) in self.health() }
        do { try await server.run() } catch {
          guard hasListened.load(ordering: .relaxed) else {
            outcome.send(error.localizedDescription)
            return
          }
        }
        // It ends with all its connections where the process has no descriptor left for another one.
        try? await Task.sleep(for: Self.pause)
        guard let next = try? Self.server(at: place) else { return }
        server = next
      }
    }
    Task(priority: .high) {
      if (try? await first.waitUntilListening(timeout: 5)) != nil { outcome.send(nil) }
    }
    guard case .element(nil) = outcome.receive(within: 6_000) else { throw CocoaError(.fileWriteUnknown) }
    hasListened.store(true, ordering: .relaxed)
  }

  private static func server(at place: NetworkPlace) throws -> HTTPServer {
    let host = place.host == "localhost" ? "127.0.0.1" : place.host
    if host.contains(":") {
      return HTTPServer(address: try .inet6(ip6: host, port: place.port), logger: .disabled)
    }
    return HTTPServer(address: try .inet(ip4: host, port: place.port), logger: .disabled)
  }

  /// Publishes what is answered from now on.
  ///
  /// - Parameter state: The state.
  package func publish(_ state: State) { shared.withLock { $0 = (state, .now) } }

  private func metrics(_ accept: String?) -> HTTPResponse {
    let page = MetricsPage(accept: accept)
    let text = page.text(shared.withLock { $0.state.families })
    return HTTPResponse(statusCode: .ok, headers: [.contentType: page.contentType], body: Data(text.utf8))
  }

  private func health() -> HTTPResponse {
    let (state, time) = shared.withLock { $0 }
    var faults = state.faults
    if ContinuousClock.now - time > .seconds(Self.patience) {
      faults.append("nothing was heard of the capture for \(Int(Self.patience)) seconds")
    }
    return HTTPResponse(
      statusCode: faults.isEmpty ? .ok : .serviceUnavailable, headers: [.contentType: "text/plain; charset=utf-8"],
      body: Data((faults.isEmpty ? "ok\n" : faults.map { $0 + "\n" }.joined()).utf8))
  }
}

import ArgumentParser
import CaseStore
import Catalog
import Foundation
import Packets

/// What `ascribe report --store` gives: what every other rendering is made from (`ReportDocument(json:)`).
struct CaseReport {
  private let path: String
  private let catalog: Catalog?
  private let options: AssessmentOptions
  private let since: Timestamp?

  /// Takes the question.
  ///
  /// - Parameters:
  ///   - path: The case.
  ///   - catalog: The catalog that is to judge; nothing for the one that the latest assessment, or capture, used.
  ///   - options: What shapes the document.
  ///   - since: Only flows with a packet of then or later; nothing for all.
  init(_ path: String, catalog: Catalog?, options: AssessmentOptions, since: Timestamp?) {
    (self.path, self.catalog, self.options, self.since) = (path, catalog, options, since)
  }

  /// The document of the latest assessment where nothing has changed since, else a new one, which is kept if it is of the
  /// whole case and nobody else writes to it.
  ///
  /// - Returns: report.json.
  /// - Throws: An exit code after a message on standard error.
  func document() throws -> Data {
    do {
      let reading = try CaseStore(path: path, for: .reading)
      if since == nil {
        let text = catalog.map { _ in options.text(baseline: []) }
        if let data = try reading.document(catalog: catalog?.sha256, options: text) { return data }
        if reading.isFixed {
          Console.note("warning: The case cannot be written: this report is not kept.")
        } else if let data = try keptDocument(try catalog ?? capturesCatalog(reading)) {
          return data
        }
      }
      let catalog = try catalog ?? capturesCatalog(reading)
      return Data(try StoredReport(reading, catalog: catalog, options: options, since: since).document())
    } catch let error as CaseError {
      throw error.refusal()
    }
  }

  /// A new document, kept in the case.
  ///
  /// - Returns: report.json; nothing if a capture fills the case at present, or the case cannot be written.
  private func keptDocument(_ catalog: Catalog) throws -> Data? {
    do {
      let store = try CaseStore(path: path, for: .writing)
      store.noteCutRuns()
      let stored = try StoredReport(store, catalog: catalog, options: options)
      _ = try stored.keep()
      return Data(try stored.document())
    } catch let error as CaseError where error.code == .busy {
      Console.note("The case is being written: this report is of what is committed by now, and is not kept.")
      return nil
    } catch let error as CaseError where error.code == .cannotWrite {
      Console.note("warning: \(Console.printable(error.description)) This report is not kept.")
      return nil
    }
  }

  /// The catalog by which the latest capture of interfaces judges, as it lies now.
  private func capturesCatalog(_ store: CaseStore) throws -> Catalog {
    guard let run = try store.runs().last(where: { $0.state != "abandoned" }), let live = run.facts?.live else {
      Console.note(
        "error: \(Console.printable(path)) has captures that are not assessed yet: name the catalog with -c.")
      throw ExitCode.validationFailure
    }
    let catalog = try CatalogOptions(live.catalog).load()
    guard catalog.sha256 == live.catalogDigest else {
      Console.note(
        "error: The catalog of the latest capture, \(live.catalog.paths.map(Console.printable).joined(separator: " ")), has "
          + "changed since: name the catalog that is to judge with -c.")
      throw ExitCode.validationFailure
    }
    return catalog
  }
}

import ArgumentParser
import KleanConsole
import KleanInspection

/// `--format table|json|csv`.
enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, csv

    var output: OutputFormat {
        switch self {
        case .table: .table
        case .json: .json
        case .csv: .csv
        }
    }
}

/// `--lang ko|en`.
enum LanguageOption: String, ExpressibleByArgument, CaseIterable {
    case ko, en

    var report: ReportLanguage { self == .ko ? .ko : .en }
}

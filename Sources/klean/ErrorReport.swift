import KleanCatalog
import KleanColumns
import KleanCoordinator
import KleanIndex
import KleanInspection
import KleanLearn
import KleanLedger
import KleanMetrics
import KleanModel
import KleanSignals
import KleanTransport
import KleanWire
import KleanWorker

/// What is told of an error: one line, and a number of its own.
struct ErrorReport {
    let message: String
    let code: ExitCode

    init(_ error: any Error) {
        message = String(describing: error)
        code = ErrorReport.code(error)
    }

    private static func code(_ error: any Error) -> ExitCode {
        switch error {
        case let error as CommandError: error.code
        case let error as CatalogError: code(error)
        case let error as ContainerError: code(error)
        case let error as FileError: code(error)
        case let error as ModelError: code(error)
        case let error as LedgerError: code(error)
        case let error as TransportError: code(error)
        case let error as MetricsError: code(error)
        case let error as IndexError: code(error)
        case let error as InspectionError: code(error)
        case let error as CoordinatorError: code(error)
        case let error as WorkerError: code(error)
        case let error as SignalError: code(error)
        case is TreeError: .wrongMapping
        case let error as ControlError: code(error)
        case let error as KeyError: code(error)
        default: .failure
        }
    }

    private static func code(_ error: CatalogError) -> ExitCode {
        switch error {
        case .notFound: .notFound
        case .isDirectory: .isDirectory
        case .unreadable, .badJSON: .unreadable
        case .empty: .emptyInput
        case .headerOnly: .headerOnly
        case .binary, .otherEncoding: .notText
        case .noUsableColumns, .unknownColumn, .badMapping, .noListings: .wrongMapping
        case .damaged: .corrupt
        case .badInput: .usage
        case .badMappingFile: .wrongMapping
        case .needsTool, .toolFailed: .unreadable
        case .repeatedID: .failure
        case .noInputs: .usage
        case .diskFull: .diskFull
        case .cannotWrite: .failure
        case .cancelled: .interrupted
        case .notAStore: .wrongKind
        case .storeExists: .alreadyExists
        case .storeVersion, .hashFamily: .wrongVersion
        case .busy: .busy
        case .noSnapshot: .notFound
        case .corrupt: .corrupt
        case .container(let error): code(error)
        case .tooManyRows: .failure
        }
    }

    private static func code(_ error: SignalError) -> ExitCode {
        switch error {
        case .columns, .nothing: .wrongMapping
        case .empty: .emptyInput
        case .mailbox, .tooMany: .failure
        }
    }

    private static func code(_ error: ContainerError) -> ExitCode {
        switch error {
        case .file(let error): code(error)
        case .version: .wrongVersion
        case .kind, .notContainer: .wrongKind
        default: .corrupt
        }
    }

    private static func code(_ error: FileError) -> ExitCode {
        switch error.reason {
        case .notFound, .notDirectory: .notFound
        case .isDirectory: .isDirectory
        case .notPermitted: .unreadable
        case .alreadyExists: .alreadyExists
        case .diskFull: .diskFull
        case .locked: .busy
        case .tooLarge, .other: .unreadable
        }
    }

    private static func code(_ error: LedgerError) -> ExitCode {
        switch error {
        case .otherJob: .otherJob
        case .version: .wrongVersion
        case .diskFull: .diskFull
        case .notFound: .notFound
        case .locked: .busy
        case .damaged: .corrupt
        case .system: .failure
        }
    }

    private static func code(_ error: ModelError) -> ExitCode {
        switch error {
        case .source: .invalidModelSource
        case .file(let error): code(error)
        case .container(let error): code(error)
        case .notModel: .wrongKind
        case .exists: .alreadyExists
        case .format: .wrongVersion
        case .damaged, .digest: .corrupt
        }
    }

    private static func code(_ error: IndexError) -> ExitCode {
        switch error {
        case .notFound: .notFound
        case .notAnIndex: .wrongKind
        case .unfinished: .interrupted
        case .version: .wrongVersion
        case .container(let error): code(error)
        case .file(let error): code(error)
        case .otherInput: .wrongKind
        case .unknownListing: .unknownListing
        case .quarantined: .quarantined
        case .corrupt, .scoreDiffers, .shardShape: .corrupt
        }
    }

    private static func code(_ error: InspectionError) -> ExitCode {
        switch error {
        case .notFound: .notFound
        case .notVerifiable: .wrongKind
        case .nothingLabelled: .wrongMapping
        case .nobody: .usage
        default: .failure
        }
    }

    private static func code(_ error: CoordinatorError) -> ExitCode {
        switch error {
        case .busy: .busy
        case .workersKeepDying, .nobodyTrusted: .workersKeepDying
        case .aborted: .interrupted
        case .spawn: .failure
        }
    }

    private static func code(_ error: WorkerError) -> ExitCode {
        switch error {
        case .refused(let refusal):
            switch refusal.code {
            case .protocolVersion: .protocolRefused
            case .scorerVersion: .scorerRefused
            default: .failure
            }
        case .protocolVersion: .protocolRefused
        case .coordinatorLost: .coordinatorLost
        case .unprepared: .failure
        }
    }

    private static func code(_ error: KeyError) -> ExitCode {
        switch error {
        case .unreadable(_, let number), .unwritable(_, let number):
            code(FileError("", "", number))
        case .exists: .alreadyExists
        case .exposed, .notAKey, .badLine: .badKey
        case .unknown: .notFound
        }
    }

    private static func code(_ error: ControlError) -> ExitCode {
        switch error {
        case .noAnswer: .noAnswer
        case .refused: .failure
        }
    }

    private static func code(_ error: MetricsError) -> ExitCode {
        switch error {
        case .addressInUse: .addressInUse
        case .insecureAddress: .insecureAddress
        case .badAddress: .usage
        case .system: .failure
        }
    }

    private static func code(_ error: TransportError) -> ExitCode {
        switch error {
        case .addressInUse: .addressInUse
        case .insecureAddress: .insecureAddress
        case .badEndpoint: .usage
        case .unreachable, .full, .system: .failure
        }
    }
}

/// A failure that the command line itself finds.
struct CommandError: Error, CustomStringConvertible {
    let description: String
    let code: ExitCode

    init(_ description: String, _ code: ExitCode) {
        self.description = description
        self.code = code
    }
}

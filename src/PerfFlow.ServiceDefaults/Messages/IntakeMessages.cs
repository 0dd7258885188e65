using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.ServiceDefaults.Messages;

/// <summary>Intake → Platform: a document was read and its typed values can be fetched by its id.</summary>
public sealed record DocumentAccepted : Message
{
    public required Guid Document { get; init; }

    /// <summary>Name that the sender gave, for display only.</summary>
    public required string FileName { get; init; }

    /// <summary>Code of the layout it was read with.</summary>
    public required string Layout { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The stored file, for download.</summary>
    public Guid? File { get; init; }

    /// <summary>What was read; null when it is larger than 256 KB and has to be fetched by <see cref="Document"/>.</summary>
    public ParsedDocument? Values { get; init; }

    /// <summary>Rows read, over all sheets.</summary>
    public required int Rows { get; init; }

    /// <summary>Layout errors found; above zero the clerk decides whether the good rows are taken.</summary>
    public int Problems { get; init; }

    /// <summary>Null where the unit sent it outside any notice.</summary>
    public long? NoticeId { get; init; }

    public long? UnitId { get; init; }

    /// <summary>Who uploaded it, or took it from the drop folder.</summary>
    public long? UserId { get; init; }
}

/// <summary>Intake → Platform: a document was not read; none of its values exist.</summary>
public sealed record DocumentRejected : Message
{
    public required Guid Document { get; init; }

    public required string FileName { get; init; }

    /// <summary>Stable code of the first reason, e.g. <c>doc.macros</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong and what to do, as sentences for the user.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    public long? NoticeId { get; init; }

    public long? UnitId { get; init; }

    public long? UserId { get; init; }
}

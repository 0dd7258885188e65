using PerfFlow.Engine;
using PerfFlow.Engine.Instances;

namespace PerfFlow.Platform.Workflows;

/// <summary>
/// One act on one case: the only way to change where a case stands. A use case builds it, opens no transaction around
/// it, and hands it to <see cref="WorkflowRunner.RunAsync"/>.
/// </summary>
public sealed record CaseCommand
{
    /// <summary>Answers once per actor: the form's hidden field, the API's Idempotency-Key, or derived (<see cref="CommandId"/>).</summary>
    public required Guid Id { get; init; }

    public required long CaseId { get; init; }

    /// <summary>What the engine is asked. Its facts hold codes, instants, ids and hashes, never form text.</summary>
    public required Act Act { get; init; }

    public required Actor Actor { get; init; }

    /// <summary>Who and what the case is about; given with <see cref="Act.Start"/> and only then.</summary>
    public CaseSeed? Seed { get; init; }

    /// <summary>Rows that were read to judge this act; one that moved since refuses it.</summary>
    public IReadOnlyList<Guard> Guards { get; init; } = [];

    /// <summary>What becomes true by the act: inserted in its transaction if the engine accepts.</summary>
    public IReadOnlyList<FeatureRow> Rows { get; init; } = [];

    /// <summary>The cases that the definition will start by this act, by the item it starts each for.</summary>
    public IReadOnlyDictionary<long, CaseStart> Starts { get; init; } = EmptyStarts;

    private static readonly Dictionary<long, CaseStart> EmptyStarts = [];
}

/// <summary>Who acts, and for which body. User 0 is the platform itself.</summary>
public sealed record Actor(long UserId, string Role, long OrganisationId)
{
    /// <summary>Timers and derived acts: no person decided.</summary>
    public static readonly Actor Platform = new(0, "PLATFORM", 0);

    /// <summary>代理: the absent person for whom the actor decides; needs the delegation as a guard of the command.</summary>
    public long? OnBehalfOf { get; init; }
}

/// <summary>Who and what a case is about; fixed at its start, section and department included (归口 of that day).</summary>
public sealed record CaseSeed
{
    public required string DefinitionId { get; init; }

    public required int RegionId { get; init; }

    /// <summary>The notice that asks for it.</summary>
    public long? NoticeId { get; init; }

    /// <summary>The case that started it.</summary>
    public long? OriginId { get; init; }

    public required long UnitId { get; init; }

    public required long DepartmentId { get; init; }

    public required long SectionId { get; init; }

    /// <summary>A project; 0 stands for the whole unit.</summary>
    public long ObjectId { get; init; }
}

/// <summary>A case to be started by another case's act, with an id of <see cref="WorkflowRunner.NewCaseIdsAsync"/>.</summary>
public sealed record CaseStart(long CaseId, CaseSeed Seed, Facts Input);

/// <summary>A row that must still be as it was read: <paramref name="Table"/> has bigint <c>id</c> and int <c>version</c>.</summary>
public sealed record Guard(string Table, long Id, int Version);

/// <summary>
/// A row of a table registered in <see cref="FeatureTables"/>; its case, sequence and ordinal are added by the runner.
/// </summary>
public sealed record FeatureRow(string Table, params IReadOnlyList<object?> Values);

/// <summary>What an accepted command did. A repeat gets the same answer with <see cref="Repeated"/> set.</summary>
public sealed record CaseAnswer(long CaseId, int Revision, int Seq, bool Repeated)
{
    /// <summary>Where the case stands after the act; null in the answer to a repeat.</summary>
    public InstanceStatus? Status { get; init; }

    /// <summary>Visits that the act opened; empty in the answer to a repeat.</summary>
    public IReadOnlyList<int> Opened { get; init; } = [];

    /// <summary>The answer to a repeat. An accepted act adds one line and one revision, so their numbers are the same.</summary>
    public static CaseAnswer Again(long caseId, int seq) => new(caseId, Revision: seq, seq, Repeated: true);
}

using PerfFlow.Engine.Instances;
using PerfFlow.Engine.Layout;
using PerfFlow.Platform.Reviews;

namespace PerfFlow.Platform.Pictures;

/// <summary>What a step is in a picture.</summary>
public enum StepState
{
    /// <summary>The case has not come here.</summary>
    NotYet,

    /// <summary>Something is open here.</summary>
    Current,

    /// <summary>Decided, passed or reached.</summary>
    Done,

    /// <summary>The last decision here sent the work back.</summary>
    SentBack,

    /// <summary>It was open, but something else settled it: the other side of a race, a withdrawal, the end of the case.</summary>
    Overtaken,
}

/// <summary>One visit of a step: a whole stay of the case there, or that of one seat where several decide.</summary>
/// <param name="Stay">What the seats of one stay have in common; of a visit that one person decides its own number.</param>
/// <param name="ClosedBy">Line of the journal; null while it is open.</param>
/// <param name="Outcome">What was decided; null where the visit ended without a decision here.</param>
/// <param name="Settled">It ended by its own decision, instant or event.</param>
/// <param name="WorkingDays">From opening to end, or to now.</param>
public sealed record StepVisit(int Visit, int Stay, DateTimeOffset OpenedAt, int? ClosedBy, DateTimeOffset? ClosedAt, string? Outcome, bool Settled, int WorkingDays);

/// <summary>One stay of the case at a step, whether one person decides it or several.</summary>
/// <param name="WorkingDays">From the first visit that opened to the last that ended, or to now.</param>
public sealed record StepStay(bool Open, bool Settled, int WorkingDays);

/// <summary>A step with what happened there.</summary>
/// <param name="Visits">Oldest first.</param>
/// <param name="Stays">The same by stays.</param>
/// <param name="Holder">Who has it now; null where nothing is open, or nobody has it (a timer).</param>
public sealed record PictureStep(DrawnStep Step, StepState State, IReadOnlyList<StepVisit> Visits, IReadOnlyList<StepStay> Stays, string? Holder)
{
    public StepVisit? Open => Visits.FirstOrDefault(visit => visit.ClosedBy is null);

    /// <summary>The stays that were decided here.</summary>
    public IEnumerable<StepStay> Settled => Stays.Where(stay => stay is { Settled: true, Open: false });

    /// <summary>Of all of them, in working days.</summary>
    public int WorkingDays => Settled.Sum(stay => stay.WorkingDays);

    public int Times => Stays.Count(stay => stay.Settled || stay.Open);
}

/// <summary>A way with how often the case went along it.</summary>
public sealed record PictureWay(DrawnLine Line, int Gone);

/// <summary>The picture of one case after one line of its journal.</summary>
public sealed record CasePicture
{
    public required long CaseId { get; init; }

    /// <summary>Id of the definition, as texts of outcomes are named by it.</summary>
    public required string Definition { get; init; }

    /// <summary>The version that is drawn: the one in force at the line that is shown.</summary>
    public required int Version { get; init; }

    /// <summary>The case has been taken to another version since.</summary>
    public required bool Migrated { get; init; }

    /// <summary>What the case is about: the project, or the notice.</summary>
    public required string Title { get; init; }

    public required string Sub { get; init; }

    /// <summary>The page of the case.</summary>
    public required string Address { get; init; }

    public required InstanceStatus Status { get; init; }

    /// <summary>The whole trail, in the words and with the names that its page has.</summary>
    public required IReadOnlyList<TrailLine> Trail { get; init; }

    /// <summary>How many lines of the trail are shown; all of them is now.</summary>
    public required int Line { get; init; }

    public required Drawing Drawing { get; init; }

    /// <summary>By step the role that decides it.</summary>
    public required IReadOnlyDictionary<string, string> Roles { get; init; }

    /// <summary>In reading order.</summary>
    public required IReadOnlyList<PictureStep> Steps { get; init; }

    public required IReadOnlyList<PictureWay> Ways { get; init; }

    public bool IsNow => Line == Trail.Count;
}

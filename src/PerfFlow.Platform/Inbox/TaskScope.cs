using PerfFlow.Platform.Access;

namespace PerfFlow.Platform.Inbox;

/// <summary>A role held at a body: what an open task asks for.</summary>
public readonly record struct HeldPost(string Role, long OrganisationId);

/// <summary>Whose open tasks are listed: those of a person's posts and of the person, or all of a region.</summary>
/// <param name="RegionId">The region.</param>
/// <param name="UserId">Tasks handed to this person by name belong to the scope.</param>
/// <param name="Posts">Each becomes one branch of the query, read in order from its own index range.</param>
/// <param name="Region">全部在办: every task of the region, whoever holds it.</param>
public sealed record TaskScope(int RegionId, long UserId, IReadOnlyList<HeldPost> Posts, bool Region = false)
{
    /// <summary>代理: tasks reserved for these absent people at these posts belong to the scope as well.</summary>
    public IReadOnlyList<StandIn> StandsInFor { get; init; } = [];

    /// <summary>What waits for this viewer.</summary>
    public static TaskScope Mine(Viewer viewer) =>
        new(viewer.RegionId, viewer.UserId, [.. viewer.Posts.Select(p => new HeldPost(p.Role, p.OrganisationId)).Distinct()]) { StandsInFor = viewer.StandsInFor };

    /// <summary>全部在办 for those who see all cases of the region; for anybody else their own tasks.</summary>
    public static TaskScope All(Viewer viewer) =>
        viewer.Reach.AllCases ? new TaskScope(viewer.RegionId, viewer.UserId, [], Region: true) : Mine(viewer);
}

/// <summary>In which order a list of tasks is read.</summary>
public enum TaskOrder
{
    /// <summary>期限, the most urgent first; tasks without a due day come last.</summary>
    Due,

    /// <summary>期限 the other way round.</summary>
    DueLast,

    /// <summary>到达, the oldest first.</summary>
    Arrived,

    /// <summary>到达, the newest first.</summary>
    ArrivedLast,
}

/// <summary>Conditions on a list of tasks; all hold together, a null one always holds.</summary>
public sealed record TaskFilter
{
    public static readonly TaskFilter None = new();

    /// <summary>fill, review or act.</summary>
    public string? Kind { get; init; }

    /// <summary>Activity id of the step.</summary>
    public string? Node { get; init; }

    /// <summary>The filing unit or its department.</summary>
    public long? UnitId { get; init; }

    /// <summary>The round in hand: of a fill step the one being written. 3 stands for the third and later.</summary>
    public int? Round { get; init; }

    /// <summary>Due at or after this instant …</summary>
    public DateTimeOffset? DueFrom { get; init; }

    /// <summary>… and due at or before this one.</summary>
    public DateTimeOffset? DueTo { get; init; }

    /// <summary>被退回: entered by a return.</summary>
    public bool Returned { get; init; }

    /// <summary>再次报送: a review of the second or a later round.</summary>
    public bool Resubmitted { get; init; }

    /// <summary>Part of the project's name or code, or of the unit's name; confidential projects are then not found (V7).</summary>
    public string? Text { get; init; }

    public bool IsEmpty => this == None;
}

/// <summary>The place of a row in the list: a page begins behind it, or ends before it.</summary>
/// <param name="At">Due or arrival instant; null behind all that have one.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
public readonly record struct TaskKey(DateTimeOffset? At, long CaseId, int Visit)
{
    /// <summary>As it stands in an address: microseconds since 1970, case, visit.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(At is { } at ? (at - DateTimeOffset.UnixEpoch).Ticks / 10 : (long?)null)}.{CaseId}.{Visit}");

    /// <summary>Null when it was typed wrong.</summary>
    public static TaskKey? Parse(string? text)
    {
        var culture = System.Globalization.CultureInfo.InvariantCulture;
        return text?.Split('.') is [var at, var id, var visit]
            && long.TryParse(id, culture, out var caseId) && int.TryParse(visit, culture, out var number)
            && (at.Length == 0 || (long.TryParse(at, culture, out var micros) && Math.Abs(micros) < 100_000_000_000_000_000))
            ? new TaskKey(at.Length == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(long.Parse(at, culture) * 10), caseId, number)
            : null;
    }
}

/// <summary>One page that is asked for.</summary>
/// <param name="Size">Rows, 1 to 100.</param>
/// <param name="From">Null = from the start.</param>
/// <param name="Backwards">The rows before <paramref name="From"/> instead of those behind it.</param>
public sealed record TaskPageRequest(TaskFilter Filter, TaskOrder Order = TaskOrder.Due, int Size = 20, TaskKey? From = null, bool Backwards = false);

/// <summary>An open task as the list shows it, without names.</summary>
public sealed record TaskItem(
    long CaseId, int Visit, long? NoticeId, int Definition, long UnitId, long DepartmentId, long SectionId, long ObjectId, string Node, string Kind, string Form,
    string Role, long OrganisationId, long? PersonId, bool Returned, DateTimeOffset ArrivedAt, DateTimeOffset? OpenedAt, DateTimeOffset? DueAt, int RegionId) : IScoped
{
    public TaskKey KeyIn(TaskOrder order) => new(order is TaskOrder.Due or TaskOrder.DueLast ? DueAt : ArrivedAt, CaseId, Visit);
}

/// <summary>A page of tasks.</summary>
public sealed record TaskPage(IReadOnlyList<TaskItem> Items, bool HasPrevious, bool HasNext);

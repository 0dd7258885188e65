using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;

namespace PerfFlow.Platform.Notices;

/// <summary>A line of the list of notices, as far as its reader sees it.</summary>
public sealed record NoticeLineModel(
    long Id, string Title, string Stage, string? Number, int FiscalYear, DateOnly? DueOn, DateTimeOffset? IssuedAt, int Cases, int Filed, int Late, bool Unread);

public sealed record NoticesModel(IReadOnlyList<NoticeLineModel> Lines, IReadOnlyList<Tab> Tabs, int? Year, IReadOnlyList<Choice> Years, bool MayCreate, bool Whole);

/// <summary>A step of the editor.</summary>
public static class NoticeEditSteps
{
    public const string Content = "content";
    public const string Form = "form";
    public const string Recipients = "recipients";
    public const string Deadline = "deadline";
    public const string Preview = "preview";

    public static IReadOnlyList<string> All { get; } = [Content, Form, Recipients, Deadline, Preview];
}

public sealed record NoticeEditModel
{
    /// <summary>Null while the first step of a new notice is open.</summary>
    public long? Id { get; init; }

    public int Version { get; init; }

    public required string Step { get; init; }

    public required NoticeDraft Draft { get; init; }

    public required string DefaultMarkWord { get; init; }

    public required string DefaultSigner { get; init; }

    public required string DefaultLadder { get; init; }

    public Guid Command { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    /// <summary>The tree to choose from, on its step.</summary>
    public IReadOnlyList<RecipientBranch> Tree { get; init; } = [];

    public IReadOnlyList<Choice> Sections { get; init; } = [];

    /// <summary>On the steps recipients and preview.</summary>
    public RecipientList? Recipients { get; init; }

    /// <summary>On the preview.</summary>
    public NoticeSheetModel? Sheet { get; init; }

    /// <summary>What stands against signing, on the preview.</summary>
    public string? Unready { get; init; }

    /// <summary>Where the due day lands, in words of dates; null without one.</summary>
    public DueLanding? Landing { get; init; }
}

/// <summary>Where a typed due day lands.</summary>
/// <param name="Day">The working day on which the term ends.</param>
/// <param name="Moved">It was a rest day.</param>
/// <param name="WorkingDays">From today.</param>
/// <param name="Unpublished">Years whose official days are not yet known.</param>
/// <param name="Rungs">When the ladder reminds.</param>
public sealed record DueLanding(DateOnly Day, bool Moved, int WorkingDays, IReadOnlyList<int> Unpublished, IReadOnlyList<(string Code, DateTimeOffset At)> Rungs);

/// <summary>A department of the tree with its units.</summary>
public sealed record RecipientBranch(Body Head, string SectionName, IReadOnlyList<Body> Units);

public sealed record NoticeModel
{
    public required NoticeView View { get; init; }

    /// <summary>Acts of the viewer at this stage; a null reason means it may be pressed.</summary>
    public required NoticeActs Acts { get; init; }

    /// <summary>Names of persons that the page names, by id.</summary>
    public required IReadOnlyDictionary<long, string> People { get; init; }

    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Before the issue: whom it goes to today.</summary>
    public RecipientList? Recipients { get; init; }

    /// <summary>The viewer's own cases of the notice.</summary>
    public IReadOnlyList<NoticeItem> Items { get; init; } = [];

    public int Cases { get; init; }

    /// <summary>Projects that the viewer may add.</summary>
    public IReadOnlyList<Project> Addable { get; init; } = [];

    public Guid Command { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    /// <summary>The dialog that a refused post came from.</summary>
    public string? Reopen { get; init; }

    public string Typed { get; init; } = "";
}

/// <summary>Which verbs a viewer has on a notice now.</summary>
public sealed record NoticeActs(bool Edit, bool Submit, bool Sign, bool Issue, bool Close, bool Discard, bool Amend, bool Recall, bool Matrix);

/// <summary>A case of the notice in a list.</summary>
public sealed record NoticeItem(CaseStateRow Case, string Title, string Unit, decimal? Amount)
{
    /// <summary>Where the reader goes on.</summary>
    public string Href => Case.Kind == "review" ? $"/reviews/{Case.CaseId}" : $"/filings/{Case.CaseId}";
}

public sealed record NoticeItemsModel(NoticeView View, string Title, IReadOnlyList<NoticeItem> Items, DateTimeOffset Now);

public sealed record RecipientsModel(NoticeView View, RecipientList List, IReadOnlyDictionary<long, string> Sections);

public sealed record LedgerModel
{
    public required IReadOnlyList<LedgerLine> Lines { get; init; }

    /// <summary>Notices whose number is in use, by id.</summary>
    public required IReadOnlyDictionary<long, string> Stages { get; init; }

    public required IReadOnlyDictionary<long, string> People { get; init; }

    public required int Year { get; init; }

    public required IReadOnlyList<Choice> Years { get; init; }

    public required string MarkWord { get; init; }

    public required bool MayGive { get; init; }

    public Guid Command { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    public string? Reopen { get; init; }
}

public sealed record MatrixModel
{
    public required NoticeView View { get; init; }

    /// <summary>All lines the viewer sees: the head counts them.</summary>
    public required IReadOnlyList<MatrixRow> All { get; init; }

    /// <summary>The lines that the filter lets through, in order.</summary>
    public required IReadOnlyList<MatrixRow> Chosen { get; init; }

    public required MatrixFilter Filter { get; init; }

    public required int Page { get; init; }

    public required int Size { get; init; }

    public required IReadOnlyList<Choice> Sections { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>Working days from one day to another by the region's calendar.</summary>
    public required Func<DateTimeOffset, int> DaysLeft { get; init; }

    public required bool MayNudge { get; init; }

    public required bool MayMeasure { get; init; }

    public Guid Command { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    public string? Reopen { get; init; }

    public IReadOnlyList<long> Ticked { get; init; } = [];

    /// <summary>Outcome of a batch: one line per case that was refused.</summary>
    public IReadOnlyList<(string Unit, string Why)> Refused { get; init; } = [];

    public IReadOnlyList<MatrixRow> Shown => [.. Chosen.Skip((Page - 1) * Size).Take(Size)];

    /// <summary>The address of this matrix with another filter or page.</summary>
    public string Href(MatrixFilter filter, int page = 1, string tail = "")
    {
        var query = new List<string>();
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                query.Add(name + "=" + Uri.EscapeDataString(value));
            }
        }

        Add("show", filter.Show == MatrixGroups.All ? null : filter.Show);
        Add("section", filter.SectionId?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("kind", filter.Kind is { } kind ? BodyKinds.Text(kind) : null);
        Add("state", filter.State);
        Add("name", filter.Name);
        Add("order", filter.ProblemsFirst ? null : "code");
        Add("size", Size == 20 ? null : Size.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add("page", page == 1 ? null : page.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return $"/notices/{View.Notice.Id}/matrix{tail}" + (query.Count == 0 ? "" : "?" + string.Join('&', query));
    }
}

/// <summary>Why a unit is red: due, how late, which items, who was told, what helps.</summary>
public sealed record WhyModel
{
    public required NoticeView View { get; init; }

    public required MatrixRow Row { get; init; }

    public required IReadOnlyList<NoticeItem> Items { get; init; }

    /// <summary>Reminders and nudges, oldest first.</summary>
    public required IReadOnlyList<Reminded> Reminders { get; init; }

    public required DateTimeOffset Now { get; init; }

    public required Func<DateTimeOffset, int> DaysLeft { get; init; }

    /// <summary>The next reminder of the ladder, if one is left.</summary>
    public DateTimeOffset? NextRungAt { get; init; }

    public required bool MayNudge { get; init; }

    public required bool MayMeasure { get; init; }

    public Guid Command { get; init; }
}

/// <summary>One reminder of a unit.</summary>
/// <param name="At">When.</param>
/// <param name="Rung">Working days from the due day; null for a nudge by hand.</param>
/// <param name="By">Who urged.</param>
/// <param name="Said">In which words.</param>
/// <param name="Delivery">sent: left the house; dead: given up; in-app: only the bell so far.</param>
public sealed record Reminded(DateTimeOffset At, int? Rung, string? By, string Said, string Delivery)
{
    /// <summary>To whom a letter or a call went out; empty where only the bell rang.</summary>
    public IReadOnlyList<string> To { get; init; } = [];
}

using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Ui;
using PerfFlow.Platform.Ui.Components;
using PerfFlow.ServiceDefaults;

namespace PerfFlow.Platform.Submissions;

/// <summary>What last year says of the same project, 万元.</summary>
public sealed record LastYearMoney(decimal Budget, decimal Paid)
{
    /// <summary>执行率 in per cent; null without a budget.</summary>
    public decimal? Execution => Budget > 0 ? Paid / Budget * 100 : null;
}

/// <summary>The last return, as the filler reads it.</summary>
public sealed record ReturnNote(ReturnRow Row, string By, DateTimeOffset At);

/// <summary>One section in the column on the left.</summary>
public sealed record SectionLine(FormSection Section, FormComplete Complete, int Errors, IReadOnlyList<CommentRow> Comments)
{
    public bool Done => Complete.Missing == 0 && Errors == 0;
}

/// <summary>The page of one filing: to be filled in, or to be read.</summary>
public sealed record FilingModel
{
    /// <summary>The check of required fields.</summary>
    public const string Missing = "WZ01";

    public required FilingCase Filing { get; init; }

    public required CaseStateRow State { get; init; }

    /// <summary>What is shown: the draft, what was just typed, or a round.</summary>
    public required FormContent Form { get; init; }

    /// <summary>The same, typed; only of a goal filing.</summary>
    public GoalFilingForm Goal => goal ??= GoalFiling.Read(Form);

    private GoalFilingForm? goal;

    /// <summary>Only while it is being filled in.</summary>
    public CheckReport? Report { get; init; }

    public required IReadOnlyDictionary<int, AnswerDraft> Answers { get; init; }

    public ReturnNote? Return { get; init; }

    public LastYearMoney? LastYear { get; init; }

    /// <summary>流转记录, oldest first; only on pages to be read.</summary>
    public IReadOnlyList<TrailLine> Trail { get; init; } = [];

    /// <summary>The seats of steps that several decided; like the trail not read while the form is being filled in.</summary>
    public IReadOnlyList<Signers.SignerLine> Signers { get; init; } = [];

    /// <summary>发文字号 or, before it, the title.</summary>
    public required string Notice { get; init; }

    /// <summary>Where the case came from and what came of it.</summary>
    public IReadOnlyList<RelatedCase> Related { get; init; } = [];

    /// <summary>What this reader may make of it now.</summary>
    public Results.FollowUps FollowUps { get; init; } = Results.FollowUps.None;

    /// <summary>Of a rectification its problem lines; else empty.</summary>
    public IReadOnlyList<Rectification.RectificationLine> Lines { get; init; } = [];

    /// <summary>Whose turn it is: the body's name; null when the case has ended.</summary>
    public string? Holder { get; init; }

    public DateOnly? Due { get; init; }

    public int DaysLeft { get; init; }

    /// <summary>This reader may fill it in now.</summary>
    public bool Editable { get; init; }

    /// <summary>This reader holds the open review.</summary>
    public bool Reviewable { get; init; }

    /// <summary>This reader is of the unit.</summary>
    public bool Own { get; init; }

    /// <summary>Null = this reader may hand the open task to a colleague of its body.</summary>
    public Refusal? WhyNotHandOver { get; init; }

    /// <summary>Null = it may be taken back now.</summary>
    public Refusal? WhyNotWithdraw { get; init; }

    public required Guid Command { get; init; }

    public FormErrors Errors { get; init; } = FormErrors.None;

    /// <summary>What was typed into the dialog of a return that was refused.</summary>
    public ReturnInput? SendBack { get; init; }

    /// <summary>The decision whose dialog was refused, with what was typed into it; its errors are <see cref="Errors"/>.</summary>
    public (string Outcome, ReturnInput Typed)? Deciding { get; init; }

    /// <summary>The due day proposed on a return.</summary>
    public DateOnly ProposedDue { get; init; }

    /// <summary>Another window or person was first; nothing of this page can be sent any more.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>The table that gets an empty row, on a page without scripts.</summary>
    public string? NewRow { get; init; }

    /// <summary>Path to text, what could not be read included.</summary>
    public IReadOnlyDictionary<string, string> Values => values ??= Form.Pairs().ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);

    private IReadOnlyDictionary<string, string>? values;

    /// <summary>The way to the page: the unit's list, and what asks for it.</summary>
    public IReadOnlyList<Crumb> Crumbs(Texts texts) =>
    [
        new(texts["menu.filings"], Own ? "/filings" : null),
        .. Filing.Case.NoticeId is { } notice ? (IEnumerable<Crumb>)[new Crumb(Notice, $"/notices/{notice}")] : [],
        .. Filing.Case.OriginId is { } origin ? (IEnumerable<Crumb>)[new Crumb(texts["submissions.origin"], $"/cases/{origin}")] : [],
    ];

    public long Id => Filing.Case.Id;

    public string Href => $"/filings/{Id}";

    public int Visit => Filing.Task?.Visit ?? 0;

    public int Version => Filing.Draft?.Version ?? 0;

    public bool Returned => State.State == CaseStates.Returned;

    /// <summary>As this reader may know it: that a draft exists is told to the unit alone (domain.md §1, V4).</summary>
    public string ShownState => State.State == CaseStates.Draft && !Own ? CaseStates.ToFill : State.State;

    /// <summary>Comments that this visit has to answer.</summary>
    public IReadOnlyList<CommentRow> Asked => asked ??= [.. Filing.OpenComments];

    private IReadOnlyList<CommentRow>? asked;

    public int Unanswered => Asked.Count(c => StateOf(c) == CommentState.Open);

    public CommentRow? NextUnanswered => Asked.FirstOrDefault(c => StateOf(c) == CommentState.Open);

    public bool MaySubmit => Report is { CanSubmit: true } && Unanswered == 0;

    public IReadOnlyList<SectionLine> Sections
    {
        get
        {
            var complete = FormComplete.BySection(Form);
            return
            [
                .. Form.Layout.Sections.Select(s => new SectionLine(
                    s,
                    complete[s.Key],
                    Report?.Errors.Count(f => f.Code != Missing && Form.Layout.SectionOf(f.Place) == s) ?? 0,
                    [.. Asked.Where(c => Form.Layout.SectionOf(c.Place) == s)])),
            ];
        }
    }

    public string Value(string path) => Values.GetValueOrDefault(path, "");

    /// <summary>What stood there when the comment was written.</summary>
    public string? Before(CommentRow comment) => Filing.Rounds.FirstOrDefault(r => r.Round == comment.Round) is { } round
        ? FilingCase.Read(round).Pairs().FirstOrDefault(f => f.Key == comment.Place).Value
        : null;

    /// <summary>Comments on a field, or with <paramref name="within"/> on a row and its cells.</summary>
    public IEnumerable<CommentRow> CommentsAt(string place, bool within = false) =>
        Asked.Where(c => c.Place == place || (within && c.Place.StartsWith(place + ".", StringComparison.Ordinal)));

    /// <summary>What is marked at a field. What is merely not filled in yet is listed and counted, but not painted red.</summary>
    public IEnumerable<Finding> FindingsAt(string place, bool within = false) =>
        Report?.Findings.Where(f => f.Code != Missing && (f.Place == place || (within && f.Place.StartsWith(place + ".", StringComparison.Ordinal)))) ?? [];

    public CommentState StateOf(CommentRow comment) => Answers.TryGetValue(comment.Number, out var answer) && answer.Complete
        ? answer.Kind == "disputed" ? CommentState.Disputed : CommentState.Answered
        : CommentState.Open;

    /// <summary>Rows that stand in the grid: what is there, and an empty one where there is none or one was asked for.</summary>
    public IReadOnlyList<string> RowIds(string table)
    {
        List<string> ids = [.. Form.Rows(table).Select(r => r.Id)];
        var spec = Form.Layout.Table(table);
        if (spec?.TakesRows(Filing.Prefilled) == true && ((ids.Count == 0 && !spec.Optional) || NewRow == table))
        {
            ids.Add(NextRowId(table));
        }

        return ids;
    }

    /// <summary>Never an id that a round of the case has used.</summary>
    public string NextRowId(string table) => FormContent.NextRowId(Filing.Rounds.Select(FilingCase.Read).Append(Form).SelectMany(f => f.Rows(table)).Select(r => r.Id));
}

/// <summary>Two versions of a filing beside each other.</summary>
/// <param name="Page">The case.</param>
/// <param name="From">The older round.</param>
/// <param name="To">The newer round; null = the draft.</param>
/// <param name="Older">Content of <paramref name="From"/>.</param>
/// <param name="Newer">Content of <paramref name="To"/>.</param>
public sealed record CompareModel(FilingModel Page, int From, int? To, FormContent Older, FormContent Newer)
{
    public FormDiff Diff { get; } = FormDiff.Between(Older, Newer);
}

/// <summary>One filing in the unit's list.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Project">Name and amount.</param>
/// <param name="Unit">Whose it is, where the reader fills for several.</param>
/// <param name="Notice">The notice that asks for it.</param>
/// <param name="Complete">Null when it is not being filled in.</param>
/// <param name="DaysLeft">Working days.</param>
public sealed record FilingLine(CaseStateRow State, Projects.Project Project, string Unit, string Notice, int? Complete, int DaysLeft)
{
    public DateOnly? Due => State.DueAt is { } due ? Show.DueDay(due) : null;

    /// <summary>Which link of the chain: the id of its definition.</summary>
    public required string Definition { get; init; }

    /// <summary>It asks for one form only: its submissions are rounds of that form.</summary>
    public required bool OneForm { get; init; }
}

/// <summary>The unit's filings.</summary>
/// <param name="Lines">This page of them.</param>
/// <param name="Tab">One of <see cref="FilingList.Tabs"/>.</param>
/// <param name="Counts">By tab.</param>
/// <param name="Next">Cursor of the next page.</param>
/// <param name="Open">Notices that still ask this unit for something: what a workbook can be sent for.</param>
public sealed record FilingListModel(IReadOnlyList<FilingLine> Lines, string Tab, IReadOnlyDictionary<string, int> Counts, long? Next, bool First, IReadOnlyList<OpenNotice> Open)
{
    public bool SeveralUnits => Lines.Select(l => l.State.UnitId).Distinct().Count() > 1;
}

/// <summary>A notice with open filings of a unit.</summary>
public sealed record OpenNotice(long NoticeId, string Notice, long UnitId, string Unit, int Filings);

using Microsoft.EntityFrameworkCore;
using PerfFlow.Engine.Instances;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Demo;

/// <summary>Why a round goes back, as the reviewer of the demo writes it.</summary>
/// <param name="Reason">A code of <see cref="ReturnReasons"/>.</param>
/// <param name="Text">For the whole form.</param>
/// <param name="Comments">Place and remark.</param>
internal sealed record DemoSendBack(string Reason, string Text, params IReadOnlyList<(string Place, string Text)> Comments);

/// <summary>
/// Whoever holds the open step of a case, at work: fills in its form, hands it in, decides. Everything goes through the use
/// cases that pages and API call; which login acts follows from the step's role and body.
/// </summary>
internal sealed class DemoDesk(IServiceProvider services, DemoRegion demo)
{
    private readonly IDbContextFactory<PlatformDb> databases = services.GetRequiredService<IDbContextFactory<PlatformDb>>();
    private readonly FilingCases filings = services.GetRequiredService<FilingCases>();

    public DemoRegion Demo => demo;

    public IServiceProvider Services => services;

    public DateOnly Today => services.GetRequiredService<RegionClock>().Today(demo.RegionId);

    /// <summary>So many working days from today.</summary>
    public DateOnly In(int workingDays) => services.GetRequiredService<ParameterStore>().Calendar(demo.RegionId).AddWorkingDays(Today, workingDays);

    /// <summary>The cases of a notice by project code.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CasesAsync(long noticeId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Cases.Where(c => c.NoticeId == noticeId && c.ObjectId != 0)
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { p.Code, c.Id }).ToDictionaryAsync(x => x.Code, x => x.Id, StringComparer.Ordinal, ct);
    }

    /// <summary>The unit opens the notice (已读).</summary>
    public async Task ReadNoticeAsync(string login, long noticeId, CancellationToken ct)
    {
        var viewer = await demo.AsAsync(login, ct);
        var read = services.GetRequiredService<ReadNotice>();
        await read.MarkAsync(viewer, DemoRegion.Must(await read.RunAsync(viewer, noticeId, ct), $"{login} reading the notice"), ct);
    }

    /// <summary>Fills in the form of the open step and hands it in. Findings that only warn are explained.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="write">Path and text of what is typed on top of what stands there.</param>
    /// <param name="explain">What is written beside a warning, by its code.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="submit">False leaves a draft.</param>
    /// <param name="answer">What is answered to a comment; null = nothing was commented.</param>
    /// <param name="attach">Kinds of attachment besides those required.</param>
    public async Task FillAsync(
        long caseId, Func<FilingCase, IEnumerable<(string Path, string Text)>> write, Func<string, string> explain, CancellationToken ct,
        bool submit = true, Func<CommentRow, string>? answer = null, params string[] attach)
    {
        var (viewer, found, login) = await OpenAsync(caseId, ct);
        foreach (var kind in found.Kind.RequiredAttachments.Concat(attach).Distinct(StringComparer.Ordinal).Where(k => found.Form.Attachments.All(a => a.Kind != k)).ToList())
        {
            await AttachAsync(viewer, found, kind, ct);
            (viewer, found, login) = await OpenAsync(caseId, ct);
        }

        var form = Settled(found, Typed(found, [.. write(found), .. Signature(found, login)]));
        var version = await SaveAsync(viewer, found, form, answer, found.Draft?.Version ?? 0, ct);
        if (!submit)
        {
            return;
        }

        var handedIn = await SubmitAsync(viewer, found, version, ct);
        if (handedIn.Refusal?.Code == "checks-failed")
        {
            var report = await services.GetRequiredService<FilingChecker>().RunAsync(found, form, ct);
            var codes = report.Unexplained.Select(f => f.Code).Distinct(StringComparer.Ordinal).ToList();
            if (report.Errors.Any())
            {
                throw new InvalidOperationException($"{login} cannot hand in {found.Kind.Code} of {found.Project.Name}: {string.Join("; ", report.Errors.Select(e => $"{e.Code} {e.Place} {string.Join(' ', e.Args)}"))}");
            }

            var explanations = new Dictionary<string, string>(form.Explanations, StringComparer.Ordinal);
            codes.ForEach(code => explanations[code] = explain(code));
            version = await SaveAsync(viewer, found, form with { Explanations = explanations }, answer, version, ct);
            handedIn = await SubmitAsync(viewer, found, version, ct);
        }

        DemoRegion.Must(handedIn, $"{login} handing in {found.Kind.Code} of {found.Project.Name}");
    }

    /// <summary>Decides the open step; <paramref name="back"/> says why it goes back.</summary>
    public async Task DecideAsync(long caseId, string outcome, CancellationToken ct, string text = "", int? rating = null, DemoSendBack? back = null, Func<ReviewDecision, ReviewDecision>? more = null)
    {
        var (viewer, found, login) = await OpenAsync(caseId, ct);
        await services.GetRequiredService<OpenReview>().RunAsync(viewer, found, ct);
        var decision = new ReviewDecision
        {
            CaseId = caseId, Visit = found.Task!.Visit, CommandId = Id(found, outcome), Outcome = outcome, Text = back?.Text ?? text, Rating = found.Kind.Rated ? rating : null,
            Reasons = back is null ? [] : [back.Reason], Due = back is null ? null : In(5),
            Comments = [.. (back?.Comments ?? []).Select(c => new CommentDraft(c.Place, null, c.Text))],
        };
        DemoRegion.Must(await services.GetRequiredService<DecideReview>().RunAsync(viewer, more?.Invoke(decision) ?? decision, ct), $"{login} deciding {outcome} on {found.Project.Name}");
    }

    /// <summary>A department on the way passes it on; then the step after decides.</summary>
    public async Task PassDepartmentAsync(long caseId, CancellationToken ct)
    {
        if (await RoleAsync(caseId, ct) == Roles.Department)
        {
            await DecideAsync(caseId, DecideReview.Approve, ct);
        }
    }

    /// <summary>Whose turn it is; null when the case has ended.</summary>
    public async Task<string?> RoleAsync(long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Tasks.Where(t => t.CaseId == caseId).Select(t => t.Role).FirstOrDefaultAsync(ct);
    }

    /// <summary>One workbook of a unit with the forms of several cases, through intake; they become drafts.</summary>
    public async Task SendWorkbookAsync(string login, long noticeId, string unitCode, IReadOnlyList<(long CaseId, Func<FilingCase, IEnumerable<(string Path, string Text)>> Write)> rows, string name, CancellationToken ct)
    {
        var viewer = await demo.AsAsync(login, ct);
        var forms = new List<FormContent>();
        FilingCase? last = null;
        foreach (var (caseId, write) in rows)
        {
            last = DemoRegion.Must(await filings.FindAsync(viewer, caseId, ct), login);
            forms.Add(Settled(last, Typed(last, write(last))));
        }

        await new DemoIntake(services, demo).SendAsync(
            viewer, noticeId, unitCode, last!.Kind.Workbook!, forms, CommandId.Of($"demo {demo.RegionId} workbook {noticeId} {unitCode}"), name, ct);
    }

    /// <summary>Ended cases of a definition with their projects' codes.</summary>
    public async Task<IReadOnlyDictionary<string, long>> EndedAsync(IEnumerable<long> caseIds, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Cases.Where(c => caseIds.Contains(c.Id) && c.Status == InstanceStatus.Finished)
            .Join(db.Projects, c => c.ObjectId, p => p.Id, (c, p) => new { p.Code, c.Id }).ToDictionaryAsync(x => x.Code, x => x.Id, StringComparer.Ordinal, ct);
    }

    /// <summary>The case as the holder of its open step sees it.</summary>
    public async Task<(Viewer Viewer, FilingCase Filing, string Login)> OpenAsync(long caseId, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var task = await db.Tasks.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == caseId, ct) ?? throw new InvalidOperationException($"Case {caseId} waits for nobody.");
        var login = demo.LoginOf(task.Role, task.OrganisationId);
        var viewer = await demo.AsAsync(login, ct);
        return (viewer, DemoRegion.Must(await filings.FindAsync(viewer, caseId, ct), $"{login} opening case {caseId}"), login);
    }

    private async Task AttachAsync(Viewer viewer, FilingCase found, string kind, CancellationToken ct)
    {
        var name = DemoSentences.Pick($"file.{kind}", 0, new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = found.Project.Name });
        using var pdf = new MemoryStream(DemoPdf.Of(name, found.Unit.Name, found.Project.Code));
        DemoRegion.Must(
            await services.GetRequiredService<Submissions.AttachFile>().AddAsync(viewer, found.Case.Id, Id(found, $"file {kind}"), kind, name + ".pdf", pdf, ct),
            $"attaching {name}");
    }

    private async Task<int> SaveAsync(Viewer viewer, FilingCase found, FormContent form, Func<CommentRow, string>? answer, int version, CancellationToken ct)
    {
        var answers = found.OpenComments.ToDictionary(c => c.Number, c => new AnswerDraft("changed", answer?.Invoke(c) ?? ""));
        var saved = await services.GetRequiredService<SaveDraft>().RunAsync(viewer, new DraftToSave(found.Case.Id, found.Task!.Visit, version, form, answers), ct);
        return DemoRegion.Must(saved, $"drafting {found.Kind.Code} of {found.Project.Name}").Version;
    }

    private Task<Outcome<CaseAnswer>> SubmitAsync(Viewer viewer, FilingCase found, int version, CancellationToken ct) =>
        services.GetRequiredService<SubmitFiling>().RunAsync(viewer, new Submission(found.Case.Id, found.Task!.Visit, version, Id(found, "submit")), ct);

    private IEnumerable<(string Path, string Text)> Signature(FilingCase found, string login)
    {
        var code = login.StartsWith("clerk", StringComparison.Ordinal) ? login[5..] : login.StartsWith("dept", StringComparison.Ordinal) ? login[4..] : null;
        (string Path, string Text)[] signed =
        [
            ("filler", DemoPeople.NameOf(login)), ("phone", code is null ? "0578-6800000" : $"0578-68{code[^3..]}{(code.Length * 7) + 13}"),
            ("head", DemoPeople.NameOf(code is null ? "leader" : "head" + code)), ("filedOn", FormValue.Write(Today)),
        ];
        return signed.Where(s => found.Kind.Layout.Field(s.Path) is not null);
    }

    private static FormContent Settled(FilingCase found, FormContent typed) => found.Kind.Settle(typed, found.Prefilled, found);

    private static FormContent Typed(FilingCase found, IEnumerable<(string Path, string Text)> texts)
    {
        var pairs = found.Form.Pairs().ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
        foreach (var (path, text) in texts)
        {
            pairs[path] = text;
        }

        return FormContent.Of(found.Kind.Layout, pairs);
    }

    private Guid Id(FilingCase found, string what) => CommandId.Of($"demo {demo.RegionId} case {found.Case.Id} {found.Task!.Visit} {what}");
}

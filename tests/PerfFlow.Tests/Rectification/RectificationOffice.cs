using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Engine;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Rectification;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Reviews;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Rectification;

/// <summary>The small county after a first link ended: what it found is ordered to be rectified, and applied.</summary>
internal sealed class RectificationOffice : IAsyncDisposable
{
    public static readonly IReadOnlyList<FoundProblem> TwoProblems =
        [new("采购验收资料不全", "补齐验收资料并建立台账"), new("资金支付进度偏慢", "加快支付，年底前完成")];

    private MadeAccount budget = null!;

    private RectificationOffice(ReviewOffice office) => Reviews = office;

    public ReviewOffice Reviews { get; }

    public PerfFlowApp App => Reviews.App;

    public SmallCounty County => Reviews.County;

    /// <summary>The school's ended case.</summary>
    public long Origin { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<RectificationOffice> OpenAsync(PostgresServer postgres)
    {
        var office = new RectificationOffice(await ReviewOffice.OpenAsync(postgres));
        office.budget = await Visitor.AccountAsync(office.App, office.County.RegionId, $"budget{office.County.RegionId}");
        await using var scope = office.App.Scope();
        NoticeOffice.Done(await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(
            null, office.County.RegionId, new RoleInput(office.budget.UserId, office.County.Bureau.Id, Roles.Budget, new DateOnly(2020, 1, 1)), Ct));
        office.Origin = await office.EndedAsync("school", office.County.SchoolProject);
        return office;
    }

    public Guid Command() => Reviews.Office.Command();

    /// <summary>Also <c>budget</c>, of 预算科.</summary>
    public async Task<Viewer> AsAsync(string person) =>
        person == "budget" ? (await App.Get<ViewerReader>().FindAsync(budget.UserId, Ct))! : await County.AsAsync(person);

    public async Task<Visitor> SignedInAsync(string person) => person == "budget"
        ? await new Visitor(App.Address).SignedInAsync(budget.UserName, budget.StartPassword)
        : await Reviews.SignedInAsync(person);

    /// <summary>A goal filing that came to its end.</summary>
    public async Task<long> EndedAsync(string person, Project project)
    {
        await Reviews.FileAsync(person, project, person == "school" ? null : ReviewingAFiling.Smaller);
        if (project.UnitId != project.DepartmentId)
        {
            await Reviews.DecideAsync("education", project, "Approve");
        }

        await Reviews.DecideAsync(project.SectionId == County.FarmSection.Id ? "farmSection" : "culture", project, "Approve");
        return (await Reviews.CaseAsync(project)).CaseId;
    }

    /// <summary>A monitoring that was concluded 需整改, as its definition runs.</summary>
    /// <param name="project">Of the unit.</param>
    /// <param name="found">A form that was handed in with it, as an evaluation reports what it found.</param>
    public async Task<long> MonitoredAsync(Project project, FormContent? found = null)
    {
        var runner = App.Get<WorkflowRunner>();
        var started = await runner.RunAsync(
            new CaseCommand
            {
                Id = Command(),
                CaseId = (await runner.NewCaseIdsAsync(1, Ct))[0],
                Act = new Act.Start(Facts.Of(("due", NoticeOffice.Monday.AddDays(5)))),
                Actor = Actor.Platform,
                Seed = new CaseSeed
                {
                    DefinitionId = "monitoring", RegionId = project.RegionId, OriginId = Origin, UnitId = project.UnitId, DepartmentId = project.DepartmentId, SectionId = project.SectionId, ObjectId = project.Id,
                },
            },
            Ct);
        NoticeOffice.Done(started);
        foreach (var outcome in (string[])["Submit", "Rectify"])
        {
            var state = await StateAsync(started.Value.CaseId);
            NoticeOffice.Done(await runner.RunAsync(
                new CaseCommand
                {
                    Id = Command(),
                    CaseId = state.CaseId,
                    Act = new Act.Complete(state.Visit!.Value, Facts.Of(("outcome", outcome))),
                    Actor = new Actor(1, state.Role!, state.OrganisationId!.Value),
                    Rows = outcome == "Submit" && found is not null
                        ? [new FeatureRow(RoundRow.Table.Name, 1, state.Visit.Value, found.ToJsonText(), found.Hash(), "2026-11", "page", null, 1L, NoticeOffice.Monday, 0, found.Layout.Code)]
                        : [],
                },
                Ct));
        }

        return started.Value.CaseId;
    }

    /// <summary>A case of the health project, taken through its steps by the runner; each step may hand in a form.</summary>
    public async Task<long> PlayedAsync(string definition, params (string Outcome, FormContent? Form)[] steps)
    {
        var (runner, project, due) = (App.Get<WorkflowRunner>(), County.HealthProject, NoticeOffice.Monday.AddDays(9));
        var started = await runner.RunAsync(
            new CaseCommand
            {
                Id = Command(),
                CaseId = (await runner.NewCaseIdsAsync(1, Ct))[0],
                Act = new Act.Start(Facts.Of(("due", due))),
                Actor = Actor.Platform,
                Seed = new CaseSeed
                {
                    DefinitionId = definition, RegionId = project.RegionId, OriginId = Origin, UnitId = project.UnitId, DepartmentId = project.DepartmentId, SectionId = project.SectionId, ObjectId = project.Id,
                },
            },
            Ct);
        NoticeOffice.Done(started);
        foreach (var ((outcome, form), n) in steps.Select((s, n) => (s, n + 1)))
        {
            var state = await StateAsync(started.Value.CaseId);
            NoticeOffice.Done(await runner.RunAsync(
                new CaseCommand
                {
                    Id = Command(),
                    CaseId = state.CaseId,
                    Act = new Act.Complete(state.Visit!.Value, Facts.Of(("outcome", outcome), ("due", due), ("answerDue", due))),
                    Actor = new Actor(1, state.Role!, state.OrganisationId!.Value),
                    Rows = form is null ? [] : [new FeatureRow(RoundRow.Table.Name, n, state.Visit.Value, form.ToJsonText(), form.Hash(), "2026-11", "page", null, 1L, NoticeOffice.Monday, 0, form.Layout.Code)],
                },
                Ct));
        }

        Assert.Null((await StateAsync(started.Value.CaseId)).Visit);
        return started.Value.CaseId;
    }

    public async Task<CaseStateRow> StateAsync(long caseId)
    {
        await using var db = App.Db();
        return await db.CaseStates.AsNoTracking().SingleAsync(s => s.CaseId == caseId, Ct);
    }

    public async Task<IReadOnlyList<RectificationLine>> LinesAsync(long caseId)
    {
        await using var db = App.Db();
        return await LineVerdicts.OfAsync(db, caseId, Ct);
    }

    public Task<Outcome<long>> TryOrderAsync(Viewer viewer, long origin, IReadOnlyList<FoundProblem>? problems = null) =>
        App.Get<OrderRectification>().RunAsync(viewer, new RectificationOrder(origin, problems ?? TwoProblems, null, "青财绩效〔2023〕9号", Command()), Ct);

    public async Task<long> OrderedAsync()
    {
        var ordered = await TryOrderAsync(await AsAsync("performance"), Origin);
        NoticeOffice.Done(ordered);
        return ordered.Value;
    }

    public async Task<FilingCase> FilingAsync(string person, long caseId)
    {
        var found = await App.Get<FilingCases>().FindAsync(await AsAsync(person), caseId, Ct);
        NoticeOffice.Done(found);
        return found.Value;
    }

    /// <summary>Keeps a draft of whatever form the case asks this person for.</summary>
    public async Task<int> KeepAsync(string person, long caseId, Func<FormContent, FormContent> fill)
    {
        var filing = await FilingAsync(person, caseId);
        var form = filing.Kind.Settle(fill(filing.Form), filing.Prefilled, filing);
        var saved = await App.Get<SaveDraft>().RunAsync(await AsAsync(person), new DraftToSave(caseId, filing.Task!.Visit, filing.Draft?.Version ?? 0, form, new Dictionary<int, AnswerDraft>()), Ct);
        NoticeOffice.Done(saved);
        return saved.Value.Version;
    }

    public async Task<Outcome<CaseAnswer>> TryFileAsync(string person, long caseId, Func<FormContent, FormContent> fill)
    {
        var version = await KeepAsync(person, caseId, fill);
        var visit = (await StateAsync(caseId)).Visit!.Value;
        return await App.Get<SubmitFiling>().RunAsync(await AsAsync(person), new Submission(caseId, visit, version, Command()), Ct);
    }

    public async Task FileAsync(string person, long caseId, Func<FormContent, FormContent> fill) => NoticeOffice.Done(await TryFileAsync(person, caseId, fill));

    public Task<Outcome<CaseAnswer>> TryDecideAsync(Viewer viewer, long caseId, string outcome, params ReturnedLine[] lines) => TryDecideAsync(viewer, caseId, outcome, Command(), lines);

    public async Task<Outcome<CaseAnswer>> TryDecideAsync(Viewer viewer, long caseId, string outcome, Guid command, params ReturnedLine[] lines)
    {
        var state = await StateAsync(caseId);
        var sentBack = outcome.StartsWith("Return", StringComparison.Ordinal);
        return await App.Get<DecideReview>().RunAsync(
            viewer,
            new ReviewDecision
            {
                CaseId = caseId, Visit = state.Visit ?? 99, CommandId = command, Outcome = outcome, Text = "请按整改要求逐条落实后办理。", Reasons = sentBack ? ["TH09"] : [],
                Due = sentBack || Extensions.NamesDay(outcome) ? new DateOnly(2023, 11, 30) : null, Lines = lines,
            },
            Ct);
    }

    public async Task DecideAsync(string person, long caseId, string outcome, params ReturnedLine[] lines) => NoticeOffice.Done(await TryDecideAsync(await AsAsync(person), caseId, outcome, lines));

    /// <summary>A complete response: every open line answered, stamped.</summary>
    public static FormContent Answered(FormContent form)
    {
        var filled = form.WithRows(RectificationForm.Lines, [.. form.Rows(RectificationForm.Lines).Select(row => row
                .With("measure", "已补齐资料并建立台账").With("post", "总务处").With("deadline", "2023-10-30").With("state", RectificationForm.Done).With("evidence", "台账复印件"))])
            .With("filler", "陈某某").With("phone", "0578-0000000").With("head", "王某某").With("filedOn", "2023-10-12");
        return filled with { Attachments = [new FormAttachment(RectificationForm.Stamped, new string('b', 32), "盖章件.pdf", new string('c', 64))] };
    }

    public ValueTask DisposeAsync() => Reviews.DisposeAsync();
}

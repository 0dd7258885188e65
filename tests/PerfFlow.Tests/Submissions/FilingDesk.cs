using System.Net;
using System.Net.Http.Json;
using AngleSharp.Html.Dom;
using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Notices;
using PerfFlow.Platform.Reviews;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.Tests.Identity;
using PerfFlow.Tests.Notices;
using PerfFlow.Tests.Servers;
using Xunit;

namespace PerfFlow.Tests.Submissions;

/// <summary>A notice has gone out to the small county; the school fills in, the education bureau and the section review.</summary>
internal sealed class FilingDesk : IAsyncDisposable
{
    private readonly List<Visitor> visitors = [];

    private FilingDesk(NoticeOffice office, long notice, long caseId) => (Office, NoticeId, CaseId) = (office, notice, caseId);

    public NoticeOffice Office { get; }

    public long NoticeId { get; }

    /// <summary>The school's filing.</summary>
    public long CaseId { get; }

    public string Page => $"/filings/{CaseId}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<FilingDesk> OpenAsync(PostgresServer postgres)
    {
        var office = await NoticeOffice.OpenAsync(postgres);
        var notice = await office.IssuedAsync();
        var about = (await office.CasesAsync(notice)).Single(c => c.UnitId == office.County.School.Id);
        return new FilingDesk(office, notice, about.CaseId);
    }

    public async Task<Visitor> AsAsync(string person)
    {
        var visitor = new Visitor(Office.App.Address);
        visitors.Add(visitor);
        return await visitor.SignedInAsync(Office.County.UserNameOf(person), Office.County.PasswordOf(person));
    }

    /// <summary>The sample filing as the school's project, ready to be submitted.</summary>
    public GoalFilingForm Good => SampleFiling.Form with
    {
        ProjectCode = Office.County.SchoolProject.Code,
        ProjectName = Office.County.SchoolProject.Name,
        DepartmentCode = "101",
        DepartmentName = Office.County.Education.Name,
        UnitCode = "101001",
        UnitName = Office.County.School.Name,
    };

    public async Task<CaseStateRow> StateAsync()
    {
        await using var db = Office.App.Db();
        return await db.CaseStates.AsNoTracking().SingleAsync(s => s.CaseId == CaseId, Ct);
    }

    public async Task<Draft?> DraftAsync()
    {
        await using var db = Office.App.Db();
        return await db.Drafts.AsNoTracking().SingleOrDefaultAsync(d => d.CaseId == CaseId, Ct);
    }

    /// <summary>What the page would post for a form: the hidden fields as they came, and the form's own.</summary>
    public async Task<Dictionary<string, string>> PostOfAsync(Visitor visitor, GoalFilingForm form)
    {
        var document = await visitor.PageAsync(Page);
        var element = Assert.Single(document.Forms, f => f.Id == "filing");
        var post = element.QuerySelectorAll("input[type=hidden]").OfType<IHtmlInputElement>().Where(i => i.Name is "command" or "visit" or "version" || i.Name!.StartsWith("__", StringComparison.Ordinal))
            .ToDictionary(i => i.Name!, i => i.Value, StringComparer.Ordinal);
        foreach (var (path, text) in GoalFilingText.ToFields(form))
        {
            post[path] = text;
        }

        return post;
    }

    public Task<HttpResponseMessage> SendAsync(Visitor visitor, string act, IReadOnlyDictionary<string, string> post, bool autosave = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"{Page}/{act}") { Content = new FormUrlEncodedContent(post) };
        if (autosave)
        {
            request.Headers.Add("X-Requested-With", "autosave");
        }

        return visitor.Http.SendAsync(request, Ct);
    }

    /// <summary>The school's clerk files the form through the page.</summary>
    public async Task SubmitAsync(Visitor clerk, GoalFilingForm form, params (string Name, string Value)[] more)
    {
        var post = await PostOfAsync(clerk, form);
        foreach (var (name, value) in more)
        {
            post[name] = value;
        }

        using var answer = await SendAsync(clerk, "submit", post);
        Assert.True(answer.StatusCode == HttpStatusCode.Redirect, await Visitor.WhyAsync(answer));
    }

    /// <summary>The education bureau sends the filing back with comments.</summary>
    public async Task ReturnAsync(params CommentDraft[] comments)
    {
        var state = await StateAsync();
        var outcome = await Office.App.Get<DecideReview>().RunAsync(
            await Office.County.AsAsync("education"),
            new ReviewDecision
            {
                CaseId = CaseId, Visit = state.Visit!.Value, CommandId = Office.Command(), Outcome = "Return", Text = "目标未细化，请对照意见修改后重新报送。",
                Reasons = ["TH03"], Due = new DateOnly(2023, 10, 18), Comments = comments,
            },
            Ct);
        NoticeOffice.Done(outcome);
    }

    public static Task<T?> JsonAsync<T>(HttpResponseMessage response) => response.Content.ReadFromJsonAsync<T>(Ct);

    public async ValueTask DisposeAsync()
    {
        visitors.ForEach(v => v.Dispose());
        await Office.DisposeAsync();
    }
}

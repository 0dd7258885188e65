using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Parameters;
using PerfFlow.Platform.Signers;
using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Inbox;

/// <summary>工作台, 待办, 已办 and the search as pages.</summary>
internal static class InboxPages
{
    public static IEndpointRouteBuilder MapInboxPages(this IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("").ExcludeFromDescription();
        pages.MapGet("/", ShowWorkbenchAsync);
        pages.MapGet("/tasks", ShowInboxAsync);
        pages.MapGet("/tasks/done", ShowDoneAsync);
        pages.MapGet("/search", SearchAsync);
        return routes;
    }

    /// <summary>The inbox as it was asked for, for the page and for a batch that comes back.</summary>
    public static async Task<InboxModel> ModelAsync(HttpContext http, Viewer viewer, InboxQuery query, CancellationToken ct)
    {
        var read = http.RequestServices.GetRequiredService<ReadInbox>();
        var parameters = http.RequestServices.GetRequiredService<ParameterStore>();
        var view = await read.RunAsync(viewer, query, ct);
        return new InboxModel(
            view,
            query,
            read.Steps(viewer, ReadInbox.ScopeOf(viewer, query)),
            await read.UnitsAsync(viewer, ct),
            viewer.Reach.AllCases,
            viewer.Has(Roles.Department) || viewer.Has(Roles.Section) || viewer.Has(Roles.Performance),
            parameters.For(viewer.RegionId, 0).Get(ParameterRegister.NodeLimit))
        {
            Unread = await http.RequestServices.GetRequiredService<ReadCopies>().UnreadAsync(viewer, ct),
        };
    }

    private static async Task<IResult> ShowWorkbenchAsync(HttpContext http, Viewer viewer, ReadWorkbench read, CancellationToken ct) =>
        await Pages.RenderAsync<WorkbenchPage>(http, await read.RunAsync(viewer, ct));

    private static async Task<IResult> ShowInboxAsync(HttpContext http, Viewer viewer, [AsParameters] InboxQuery query, CancellationToken ct) =>
        await Pages.RenderAsync<InboxPage>(http, await ModelAsync(http, viewer, query, ct));

    private static async Task<IResult> ShowDoneAsync(HttpContext http, Viewer viewer, ReadDone read, CancellationToken ct, string? from = null)
    {
        var page = await read.RunAsync(viewer, from, 50, ct);
        return await Pages.RenderAsync<DoneListPage>(http, new DoneModel(page.Lines, from is not null, page.Next));
    }

    private static async Task<IResult> SearchAsync(HttpContext http, Viewer viewer, FindCases find, CancellationToken ct, string? q = null)
    {
        var found = await find.RunAsync(viewer, q, ct);
        return found is { Cases: [var only], Notices: [] } && found.Asked == only.Code
            ? TypedResults.LocalRedirect($"/cases/{only.CaseId}")
            : await Pages.RenderAsync<SearchPage>(http, found);
    }
}

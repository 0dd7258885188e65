using Elsa.Extensions;
using Elsa.Persistence.EFCore.Extensions;
using Elsa.Persistence.EFCore.Modules.Management;
using Elsa.Persistence.EFCore.Modules.Runtime;
using Elsa.Scheduling;
using Elsa.Scheduling.Services;
using Elsa.Workflows.Activities.Flowchart.Extensions;
using Elsa.Workflows.Runtime.Distributed.Extensions;
using ElsaHost;

// The definitions of PerfFlow on Elsa itself, with EF Core on PostgreSQL. Settings: ConnectionStrings:Elsa and Workflows (a folder).
var builder = WebApplication.CreateBuilder(args);
var database = builder.Configuration.GetConnectionString("Elsa")
    ?? throw new InvalidOperationException("Set ConnectionStrings__Elsa to an empty PostgreSQL database; Elsa makes its tables at the start.");

builder.Services.AddElsa(elsa => elsa
    // As PerfFlow's own joins are. By counters, Elsa's default, a case that is returned a second time may end without a word; see the README.
    .UseFlowchart(flowchart => flowchart.UseTokenBasedExecution())
    .UseWorkflowManagement(management => management.UseEntityFrameworkCore(ef => ef.UsePostgreSql(database)))
    .UseWorkflowRuntime(runtime =>
    {
        runtime.UseEntityFrameworkCore(ef => ef.UsePostgreSql(database));
        // Without it two completions of one instance at the same moment may lose one of them.
        runtime.UseDistributedRuntime();
    })
    .UseScheduling()
    .UseJavaScript());
builder.Services.AddSingleton<LocalScheduler>();
builder.Services.AddSingleton<IScheduler, FarSchedules>();
builder.Services.AddSingleton(new WorkflowFolder(builder.Configuration["Workflows"] ?? Path.Combine("..", "..", "workflows")));
builder.Services.AddWorkflowsProvider<FolderProvider>();
builder.Services.AddScoped<Cases>();

var app = builder.Build();
app.MapGet("/definitions", (Cases cases) => cases.DefinitionsAsync());
app.MapPost("/definitions/{definition}/cases", async (string definition, Dictionary<string, System.Text.Json.JsonElement> input, Cases cases, CancellationToken ct) =>
    Answer(await cases.StartAsync(definition, input, ct), $"No definition '{definition}'."));
app.MapGet("/cases/{id}", async (string id, Cases cases, CancellationToken ct) => Answer(await cases.ReadAsync(id, ct), $"No case '{id}'."));
app.MapPost("/cases/{id}/{activity}", async (string id, string activity, Dictionary<string, System.Text.Json.JsonElement> facts, Cases cases, CancellationToken ct) =>
    Answer(await cases.CompleteAsync(id, activity, facts, ct), $"Nothing waits at '{activity}'."));
app.Run();

static IResult Answer(CaseState? state, string missing) => state is null ? Results.NotFound(new { message = missing }) : Results.Ok(state);

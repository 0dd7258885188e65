using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PerfFlow.Platform.Ui;
using Xunit;

namespace PerfFlow.Tests.Ui;

/// <summary>The pages' machinery alone: no database, no sign-in, one clerk in the frame.</summary>
internal static class UiHost
{
    /// <summary>A server in memory, or on a port of its own when a browser has to reach it.</summary>
    public static async Task<WebApplication> StartAsync(Action<WebApplication> map, bool inMemory = true)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Staging });
        builder.Logging.ClearProviders();
        builder.Services.AddUi();
        builder.Services.AddScoped<IFrame, OneClerk>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddDataProtectionInMemory();
        if (inMemory)
        {
            builder.WebHost.UseTestServer();
        }
        else
        {
            builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        }

        var app = builder.Build();
        app.UseUi();
        app.UseAntiforgery();
        app.MapUi();
        map(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    /// <summary>The HTML of one component.</summary>
    public static async Task<string> RenderAsync(Type component, Dictionary<string, object?> parameters)
    {
        await using var app = await StartAsync(_ => { });
        await using var scope = app.Services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, scope.ServiceProvider.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync(component, ParameterView.FromDictionary(parameters))).ToHtmlString());
    }

    private static void AddDataProtectionInMemory(this IServiceCollection services) =>
        services.AddSingleton<Microsoft.AspNetCore.DataProtection.IDataProtectionProvider>(new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider());

    private sealed class OneClerk : IFrame
    {
        public Task<FrameModel?> GetAsync(HttpContext http, CancellationToken ct) => Task.FromResult<FrameModel?>(new FrameModel(
            "青田县预算绩效流程平台",
            "周某某",
            "县财政局 · 教科文股",
            new DateTimeOffset(2023, 10, 25, 9, 48, 0, TimeSpan.FromHours(8)),
            IsWorkingDay: true,
            IsShifted: true,
            [new MenuItem("工作台", "/", "home"), new MenuItem("待办", "/inbox", "inbox", 29) { OnPhone = true }, new MenuItem("绩效目标", "/inbox/goals", null, 1200)],
            Unread: 6));
    }
}

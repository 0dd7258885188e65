using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PerfFlow.Platform.Ui;

/// <summary>Answers a request with a page or a part of one. A page is a Razor component with a parameter <c>Model</c> and a layout.</summary>
public static class Pages
{
    /// <summary>
    /// The page with its layout; a page in <c>AppLayout</c> gets the frame of the signed-in user.
    /// </summary>
    /// <param name="http">The request.</param>
    /// <param name="model">The value of the page's parameter <c>Model</c>; null for a page without one.</param>
    /// <param name="status">200; 422 when a form comes back with its errors, 409 when somebody was first.</param>
    public static async Task<IResult> RenderAsync<TPage>(HttpContext http, object? model = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        var services = http.RequestServices;
        var frame = services.GetRequiredService<FrameContext>();
        frame.Path = http.Request.Path.Value ?? "/";
        if (typeof(TPage).GetCustomAttribute<LayoutAttribute>()?.LayoutType == typeof(AppLayout))
        {
            frame.Model = await services.GetRequiredService<IFrame>().GetAsync(http, http.RequestAborted);
            frame.Toast = services.GetRequiredService<Toasts>().Take(http);
        }

        // Pages hold case data: nothing stays behind in the browser after signing out.
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TPage>(Parameters(model)) { StatusCode = status, PreventStreamingRendering = true };
    }

    /// <summary>
    /// A part of a page for htmx, without layout, with an ETag: a poll that finds nothing new is answered 304 without a body.
    /// </summary>
    public static async Task<IResult> PartAsync<TPart>(HttpContext http, object? model = null)
        where TPart : IComponent
    {
        var services = http.RequestServices;
        var frame = services.GetRequiredService<FrameContext>();
        frame.Path = http.Request.Path.Value ?? "/";
        frame.Model ??= await services.GetRequiredService<IFrame>().GetAsync(http, http.RequestAborted);
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPart>(ParameterView.FromDictionary(Parameters(model)))).ToHtmlString());
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(html)))[..16]}\"";
        http.Response.Headers.ETag = tag;
        http.Response.Headers.CacheControl = "no-cache, private";
        return http.Request.Headers.IfNoneMatch.Contains(tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Content(html, "text/html; charset=utf-8");
    }

    private static Dictionary<string, object?> Parameters(object? model) =>
        model is null ? [] : new Dictionary<string, object?>(StringComparer.Ordinal) { ["Model"] = model };
}

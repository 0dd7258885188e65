using Elsa.Workflows;
using Elsa.Workflows.Management.Mappers;
using Elsa.Workflows.Management.Materializers;
using Elsa.Workflows.Management.Models;
using Elsa.Workflows.Runtime;

namespace ElsaHost;

/// <summary>Where the definitions are.</summary>
public sealed record WorkflowFolder(string Path);

/// <summary>
/// Hands Elsa every JSON file of a folder at the start, with its text, so that an export gives the same text back. A file that Elsa
/// cannot read stops the host: a definition that silently is not there would look like one that runs. Elsa itself only logs what a
/// provider throws, and serves on without any definition.
/// </summary>
public sealed class FolderProvider(WorkflowFolder folder, IActivitySerializer serializer, WorkflowDefinitionMapper mapper, IHostApplicationLifetime host) : IWorkflowsProvider
{
    public string Name => "Folder";

    public async ValueTask<IEnumerable<MaterializedWorkflow>> GetWorkflowsAsync(CancellationToken cancellationToken = default)
    {
        var workflows = new List<MaterializedWorkflow>();
        foreach (var file in Directory.EnumerateFiles(folder.Path, "*.json").Order(StringComparer.Ordinal))
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            try
            {
                var workflow = mapper.Map(serializer.Deserialize<WorkflowDefinitionModel>(text));
                workflows.Add(new MaterializedWorkflow(workflow, Name, JsonWorkflowMaterializer.MaterializerName, null, text));
            }
            catch (Exception e)
            {
                Environment.ExitCode = 1;
                host.StopApplication();
                throw new InvalidOperationException($"Elsa cannot read {file}.", e);
            }
        }

        return workflows;
    }
}

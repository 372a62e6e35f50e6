// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/scale/adapters/rotated.h>

#include <lib/scale/adapters/micro_model_adapter.h>
#include <lib/scale/tangent_id.h>

namespace fe2
{
namespace
{
Vector6 vector_of(const std::vector<double> &v)
{
  return Eigen::Map<const Vector6>(v.data());
}

class Rotated : public MicroModelAdapter
{
public:
  using MicroModelAdapter::MicroModelAdapter;

  void evaluate(std::vector<BatchItem> &batch) const override
  {
    std::vector<MicroRequest> requests;
    requests.reserve(batch.size());
    std::vector<BatchItem> items = batch;
    for (std::size_t i = 0; i < batch.size(); ++i)
      if (!has_no_frame(*batch[i].definition))
      {
        requests.push_back(rotated_request(batch[i]));
        items[i].request = &requests.back();
      }
    inner_->evaluate(items);
    for (auto &item : batch)
      if (!has_no_frame(*item.definition) && item.response->status == Status::converged)
        rotate_back(item);
  }

  void complete(BatchItem &item) const override
  {
    if (has_no_frame(*item.definition))
      return inner_->complete(item);
    const MicroRequest request = rotated_request(item);
    BatchItem rotated = item;
    rotated.request = &request;
    inner_->complete(rotated);
  }

  bool write_fields(const PointDefinition &definition, const PointState &state,
                    const std::string &basename) const override
  {
    return inner_->write_fields(definition, rotated_state(definition, state), basename);
  }
  std::vector<LargestValue> largest_values(const PointDefinition &definition, const PointState &state) const override
  {
    return inner_->largest_values(definition, rotated_state(definition, state));
  }

private:
  static PointState rotated_state(const PointDefinition &definition, const PointState &state)
  {
    PointState rotated = state;
    if (!state.virgin() && !has_no_frame(definition))
    {
      const Vector6 gradient = mandel::rotation(definition.frame).transpose() * vector_of(state.gradient);
      rotated.gradient.assign(gradient.data(), gradient.data() + 6);
    }
    return rotated;
  }
  static bool has_no_frame(const PointDefinition &definition) { return definition.frame == Rotation::Identity(); }

  static MicroRequest rotated_request(const BatchItem &item)
  {
    MicroRequest request = *item.request;
    request.gradient = mandel::rotation(item.definition->frame).transpose() * Vector6(item.request->gradient);
    request.wanted.columns = Wanted().columns;
    return request;
  }

  static void rotate_back(BatchItem &item)
  {
    const Matrix6 q = mandel::rotation(item.definition->frame);
    auto &response = *item.response;
    response.gradient = item.request->gradient;
    response.stress = q * Vector6(response.stress);
    if (response.tangent.size() > 0)
      response.tangent = q * Matrix6(response.tangent) * q.transpose();
    if (response.tangent_id != 0)
      for (int i = 0; i < 9; ++i)
        response.tangent_id = mix_hash(response.tangent_id, std::hash<double>()(item.definition->frame.data()[i])) | 1u;
    item.trial->gradient.assign(response.gradient.data(), response.gradient.data() + 6);
    item.trial->stress.assign(response.stress.data(), response.stress.data() + 6);
  }
};
} // namespace

std::shared_ptr<MicroModel> in_material_frame(const std::shared_ptr<MicroModel> &model)
{
  return std::make_shared<Rotated>(model);
}
} // namespace fe2
